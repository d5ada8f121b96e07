import { type TautlineError, json } from '@tautline/core'

export const roles = ['admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/** A user as the server stores it. */
export interface User {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly city: string | null
}

/** A user in the list. `unsaved`: the server has not confirmed the change yet. */
export interface Row extends User {
  readonly unsaved?: true
}

export interface UserPage {
  readonly items: readonly Row[]
  readonly total: number
}

/** The content of the form. */
export interface Draft {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly city: string
}

/** The ID of a user that is not saved yet. */
export const NEW = 0

const PAGE_SIZE = 6

const pageCodec = json<UserPage>()
export const userCodec = json<User>()

/** One page of the list, the newest first. */
export const listOptions = (q: string, page: number) => ({
  codec: pageCodec,
  query: { q: q === '' ? undefined : q, page, limit: PAGE_SIZE, sort: '-id' },
  // Shows the old list until the response arrives, so that the list does not flicker while the user types.
  keepPreviousData: true,
  // Shows a page that was visited before at once, and revalidates it.
  maxAge: 2_000,
  staleWhileRevalidate: 60_000,
})

/** The request that saves a form. A POST has an idempotency key, so that a retry does not create the user twice. */
export const saveOptions = (users: string, id: number, draft: Draft) =>
  id === NEW
    ? ({ method: 'POST', json: draft, idempotencyKey: true } as const)
    : ({ method: 'PATCH', url: `${users}/${id}`, json: draft } as const)

/** The list after a save. */
export const withDraft =
  (id: number, draft: Draft) =>
  ({ items, total }: UserPage = emptyPage): UserPage => {
    const row = { ...draft, id, unsaved: true } as const
    if (id === NEW) return { items: [row, ...items.slice(0, PAGE_SIZE - 1)], total: total + 1 }
    return { items: items.map((user) => (user.id === id ? { ...user, ...row } : user)), total }
  }

/** The list after a removal. */
export const without =
  (id: number) =>
  ({ items, total }: UserPage = emptyPage): UserPage => ({
    items: items.filter((user) => user.id !== id),
    total: total - 1,
  })

const emptyPage: UserPage = { items: [], total: 0 }

export const draftOf = (user: User | undefined): Draft => ({
  name: user?.name ?? '',
  email: user?.email ?? '',
  role: user?.role ?? 'viewer',
  city: user?.city ?? '',
})

/** The errors of a failed save: one for each field, and one for the whole form. A 422 lists several fields (problem+json), a 409 has one. */
export interface FormErrors {
  readonly fields: Readonly<Record<string, string>>
  readonly form: string
}

const noErrors: FormErrors = { fields: {}, form: '' }

export function formErrorsOf(error: TautlineError | undefined): FormErrors {
  if (error === undefined) return noErrors
  if (error.code !== 'http') return { fields: {}, form: error.message }
  const { status, problem } = error
  const { errors, field, detail } = problem ?? {}
  if (Array.isArray(errors)) return { fields: Object.fromEntries(errors.flatMap(entryOf)), form: '' }
  if (typeof field === 'string' && detail !== undefined) return { fields: { [field]: detail }, form: '' }
  return { fields: {}, form: `The server refused the change (status ${status}), so it was undone.` }
}

const entryOf = (error: { readonly field?: unknown; readonly detail?: unknown }) =>
  typeof error.field === 'string' ? [[error.field, String(error.detail)]] : []

/** The range of a page, such as "7–12 of 200". */
export function rangeOf({ items, total }: UserPage, page: number): string {
  if (items.length === 0) return total === 0 ? 'No users' : `None of ${total} on this page`
  const from = (page - 1) * PAGE_SIZE + 1
  return `${from}–${from + items.length - 1} of ${total}`
}

export const lastPageOf = ({ total }: UserPage): number => Math.max(1, Math.ceil(total / PAGE_SIZE))

/** Two letters, shown instead of a picture. */
export const initialsOf = (name: string): string =>
  name
    .split(' ')
    .map(([letter = '']) => letter)
    .join('')
    .slice(0, 2)
    .toUpperCase()
