import { isTautlineError, json } from '@tautline/core'

export const roles = ['admin', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

/** As the server has it. */
export interface User {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly city: string | null
}

/** As the list shows it: `unsaved` is what the server has not confirmed yet. */
export interface Row extends User {
  readonly unsaved?: true
}

export interface UserPage {
  readonly items: readonly Row[]
  readonly total: number
}

/** What a form writes. */
export interface Draft {
  readonly name: string
  readonly email: string
  readonly role: Role
  readonly city: string
}

/** Nobody has it yet. */
export const NEW = 0

const LIMIT = 6

const pageCodec = json<UserPage>()
export const userCodec = json<User>()

/** One page of the list, the newest first. */
export const listOptions = (q: string, page: number) => ({
  codec: pageCodec,
  query: { q: q === '' ? undefined : q, page, limit: LIMIT, sort: '-id' },
  // What was there stays until the answer comes: the list does not flicker while somebody types.
  keepPreviousData: true,
  // Whoever turns a page back sees it at once, and a moment later what has changed on it.
  maxAge: 2_000,
  staleWhileRevalidate: 60_000,
})

/** What a form asks with: a new one is created once, however often it is sent; of an old one only what is written changes. */
export const saving = (users: string, id: number, draft: Draft) =>
  id === NEW
    ? ({ method: 'POST', json: draft, idempotencyKey: true } as const)
    : ({ method: 'PATCH', url: `${users}/${id}`, json: draft } as const)

/** The list as it will be when the server has taken this. */
export const withDraft =
  (id: number, draft: Draft) =>
  ({ items, total }: UserPage = nobody): UserPage => {
    const row = { ...draft, id, unsaved: true } as const
    if (id === NEW) return { items: [row, ...items.slice(0, LIMIT - 1)], total: total + 1 }
    return { items: items.map((user) => (user.id === id ? { ...user, ...row } : user)), total }
  }

export const without =
  (id: number) =>
  ({ items, total }: UserPage = nobody): UserPage => ({
    items: items.filter((user) => user.id !== id),
    total: total - 1,
  })

const nobody: UserPage = { items: [], total: 0 }

export const draftOf = (user: User | undefined): Draft => ({
  name: user?.name ?? '',
  email: user?.email ?? '',
  role: user?.role ?? 'viewer',
  city: user?.city ?? '',
})

/** What the server says of each field, and of the whole: a 422 lists them all (problem+json), a 409 names one. */
export interface Complaints {
  readonly fields: Readonly<Record<string, string>>
  readonly whole: string
}

const fine: Complaints = { fields: {}, whole: '' }

export function complaintsOf(error: Error | undefined): Complaints {
  if (error === undefined) return fine
  if (!isTautlineError(error, 'http')) return { fields: {}, whole: error.message }
  const { status, problem } = error.detail
  const { errors, field, detail } = problem ?? {}
  if (Array.isArray(errors)) return { fields: Object.fromEntries(errors.flatMap(entryOf)), whole: '' }
  if (typeof field === 'string' && detail !== undefined) return { fields: { [field]: detail }, whole: '' }
  return { fields: {}, whole: `The server refused it with ${status}; your change was taken back.` }
}

const entryOf = (error: { readonly field?: unknown; readonly detail?: unknown }) =>
  typeof error.field === 'string' ? [[error.field, String(error.detail)]] : []

/** From where to where, of how many. */
export function rangeOf({ items, total }: UserPage, page: number): string {
  if (items.length === 0) return total === 0 ? 'Nobody' : `None of ${total} here`
  const from = (page - 1) * LIMIT + 1
  return `${from}–${from + items.length - 1} of ${total}`
}

export const lastPageOf = ({ total }: UserPage): number => Math.max(1, Math.ceil(total / LIMIT))

/** Two letters in the place of a picture. */
export const initialsOf = (name: string): string =>
  name
    .split(' ')
    .map(([letter = '']) => letter)
    .join('')
    .slice(0, 2)
    .toUpperCase()
