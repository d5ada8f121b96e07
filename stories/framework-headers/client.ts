import { type HeadersOption, type TautlineError, json } from '@tautline/core'
import { APP_URL, type Framework } from './backend.ts'
import type { Fetch } from '../requests/observed-fetch.ts'

/** Both frameworks respond with HTML if `Accept` looks like that of a browser. */
const accept = 'application/json'

const cookie = (name: string): string =>
  decodeURIComponent(new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1] ?? '')

const isExpired = (error: TautlineError | undefined): boolean =>
  error?.code === 'http' && error.status === 419

/** Laravel: the token is in a cookie. After a 419 it gets a new one before the request is sent again. */
const laravelHeaders =
  (send: Fetch): HeadersOption =>
  async ({ previous }) => {
    if (isExpired(previous)) await send(`${APP_URL}/sanctum/csrf-cookie`, { credentials: 'same-origin' })
    return { accept, 'x-xsrf-token': cookie('XSRF-TOKEN') }
  }

/** Rails: the token is in the HTML of the page. */
const railsHeaders: HeadersOption = () => ({
  accept,
  'x-csrf-token': document.querySelector<HTMLMetaElement>('meta[name=csrf-token]')?.content ?? '',
})

/** The defaults of the application. The token changes, but does not say who the user is: `key` does. */
export const clientOf = (framework: Framework, send: Fetch) => ({
  baseUrl: APP_URL,
  headers: framework === 'Laravel' ? laravelHeaders(send) : railsHeaders,
  ignoreHeaders: ['x-csrf-token', 'x-xsrf-token'],
})

export interface Person {
  readonly id: number
  readonly name: string
  readonly email: string
}

export const listOptions = {
  codec: json<{ readonly items: readonly Person[] }>(),
  query: { limit: 5, sort: '-id' },
} as const

/** A save is not repeated, unless its token has expired: the server has not read the form then. */
export const saveOptions = {
  method: 'POST',
  enabled: false,
  retry: { limit: 1, when: isExpired },
} as const

export const removeOptions = { method: 'DELETE', enabled: false, invalidates: ['/users'] } as const

export interface FormErrors {
  readonly fields: Readonly<Record<string, string>>
  readonly form: string
}

/** A 422 with JSON names the fields. A 422 or 500 with an HTML page does not: that of Rails means an expired token. */
export function formErrorsOf(error: TautlineError | undefined): FormErrors {
  if (error === undefined) return { fields: {}, form: '' }
  if (error.code !== 'http') return { fields: {}, form: error.message }
  const { status, body } = error
  if (status === 422 && typeof body === 'object' && body !== null) {
    const lists = Object.entries(('errors' in body ? body.errors : body) as Record<string, string[]>) // as the frameworks write it
    return { fields: Object.fromEntries(lists.map(([name, [text = '']]) => [name, text])), form: '' }
  }
  return {
    fields: {},
    form:
      status === 422
        ? 'The page is too old. Reload it, and save again.'
        : `The server could not save this (status ${status}). Nothing was changed.`,
  }
}
