import { json } from '@tautline/core'
import type { UserPage } from '../users/user.ts'

const codec = json<UserPage>()

/** How long the user pauses before a request is sent, in ms. */
export const PAUSE_MS = 250

export const searchOptions = (q: string) => ({
  codec,
  query: { q, limit: 8, sort: 'name' },
  // Shows the previous results until the new ones arrive.
  keepPreviousData: true,
})

/** Text that consists of spaces finds nothing, and is not requested. */
export const searchText = (typed: string): string => typed.trim().toLowerCase()

/** What the status says. */
export function resultText(text: string, found: UserPage | undefined): string {
  if (text === '') return 'Type a name, an email address or a city'
  if (found === undefined) return 'Searching …'
  if (found.total === 0) return `Nothing found for “${text}”`
  return found.total === 1 ? '1 user' : `${found.total} users`
}
