import { type TautlineError, json } from '@tautline/core'

interface People {
  readonly items: readonly { readonly id: number; readonly name: string; readonly city: string | null }[]
}

const codec = json<People>()

/** `refetchOnReconnect` requests the list again when the network is back. */
export const peopleOptions = { codec, query: { limit: 5, sort: 'name' }, refetchOnReconnect: true } as const

/** What a person is told instead of the list, or above it. */
export function problemText(problem: TautlineError | undefined, hasData: boolean): string | undefined {
  if (problem === undefined) return undefined
  if (problem.code !== 'connect-failed') return problem.message
  return hasData
    ? 'There is no connection. The list may be out of date.'
    : 'There is no connection. The list appears as soon as it is back.'
}
