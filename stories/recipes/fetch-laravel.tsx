import { type HeadersOption, type TautlineError, json } from '@tautline/core'
import { TautlineProvider, useFetch } from '@tautline/react'
import type { ReactNode } from 'react'

const isExpired = (error: TautlineError | undefined) => error?.code === 'http' && error.status === 419

const xsrfToken = () => decodeURIComponent(/(?:^|; )XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1] ?? '')

/** Laravel Sanctum. After a 419 it gets a new token before the request is sent again. */
const laravel: HeadersOption = async ({ previous }) => {
  if (isExpired(previous)) await fetch('/sanctum/csrf-cookie')
  return { accept: 'application/json', 'x-xsrf-token': xsrfToken() }
}

/** Rails has its token in the HTML of the page. */
export const rails: HeadersOption = () => ({
  accept: 'application/json',
  'x-csrf-token': document.querySelector<HTMLMetaElement>('meta[name=csrf-token]')?.content ?? '',
})

/** The token changes with each response, so it must not be part of the cache key. The key says who the user is. */
export function App({ user, children }: { readonly user: string; readonly children: ReactNode }) {
  const fetch = { headers: laravel, ignoreHeaders: ['x-xsrf-token', 'x-csrf-token'] }
  return <TautlineProvider options={{ key: user, fetch }}>{children}</TautlineProvider>
}

/** The errors of a 422: Laravel has them in `errors`, Rails sends them alone. */
function fieldErrors(error: TautlineError | undefined): Record<string, string[]> {
  if (error?.code !== 'http' || error.status !== 422) return {}
  const { body } = error
  if (typeof body !== 'object' || body === null) return {} // Rails refuses a token with 422 and an HTML page
  return ('errors' in body ? body.errors : body) as Record<string, string[]> // as both document it
}

const Post = json<{ readonly id: number }>()

export function NewPost() {
  const { status, error, isFetching, execute } = useFetch('/posts', {
    method: 'POST',
    enabled: false,
    codec: Post,
    retry: { limit: 1, when: isExpired }, // the server has not read the form then
  })
  const errors = fieldErrors(error)
  const isKnown = Object.keys(errors).length > 0
  return (
    <form action={(form) => void execute({ json: Object.fromEntries(form) })}>
      <input name="title" aria-invalid={errors['title'] !== undefined} />
      {errors['title']?.[0]}
      {status === 'error' && !isKnown && (
        <p role="alert">Nothing was saved. Reload the page, and try again.</p>
      )}
      <button disabled={isFetching}>Save</button>
    </form>
  )
}
