import { cursor, json } from '@tautline/core'
import { type User, roles } from '../users/user.ts'
import { changeAddress } from './address.ts'

export interface UserPage {
  readonly items: readonly User[]
  readonly total: number
  /** Null on the last page. */
  readonly next: string | null
}

/** What is shown, and in which order. */
export interface Filters {
  readonly q: string
  /** Empty: all roles. */
  readonly role: string
  readonly sort: string
}

export const roleChoices = [['', 'All roles'], ...roles.map((role) => [role, role])] as const
export const sortChoices = [
  ['name', 'Name, A to Z'],
  ['-name', 'Name, Z to A'],
  ['-updatedAt', 'Last changed'],
] as const

const DEFAULT_SORT = 'name'

/** Anyone can write anything into an address, so unknown values count as the default. */
function choiceOf(value: string | null, choices: readonly (readonly string[])[], preset: string): string {
  return choices.some(([name]) => name === value) ? (value ?? preset) : preset
}

export function readFilters(search: string): Filters {
  const parameters = new URLSearchParams(search)
  return {
    q: parameters.get('q') ?? '',
    role: choiceOf(parameters.get('role'), roleChoices, ''),
    sort: choiceOf(parameters.get('sort'), sortChoices, DEFAULT_SORT),
  }
}

/** One entry in the history for each choice, but not for each key in the search field. */
export function writeFilters(change: Partial<Filters>): void {
  const { sort, ...others } = change
  const parameters = { ...others, ...(sort !== undefined && { sort: sort === DEFAULT_SORT ? '' : sort }) }
  changeAddress(parameters, 'q' in change ? 'replace' : 'push')
}

/** Identifies a filtered list. */
export const keyOf = ({ q, role, sort }: Filters): string => JSON.stringify([q, role, sort])

const codec = json<UserPage>()
const next = cursor<UserPage>('after', (page) => page.next)

/** Each filtered list is a list of its own, so it starts with its first page, or with those that the cache has. */
export const listOptions = ({ q, role, sort }: Filters) => ({
  codec,
  next,
  query: { q: q === '' ? undefined : q, role: role === '' ? undefined : role, sort, limit: 20 },
  // Shows the old list until the first page of the new one arrives.
  keepPreviousData: true,
})

/** The number of rows, such as "40 of 200". */
export function countText(pages: readonly UserPage[]): string {
  const rows = pages.reduce((sum, { items }) => sum + items.length, 0)
  const total = pages.at(-1)?.total ?? 0
  return total === 0 ? 'No users' : `${rows} of ${total}`
}
