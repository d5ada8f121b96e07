import { isTautlineError } from '@tautline/core'

/** How many messages the outbox of the story holds. */
export const BOUND = 20

export const overflows = ['drop-oldest', 'drop-newest', 'reject'] as const
export type Overflow = (typeof overflows)[number]

/** The numbers of the messages that an error says were dropped. */
export function droppedIn(error: unknown): readonly number[] {
  if (!isTautlineError(error, 'dropped')) return []
  return error.detail.messages.map((message) => Number(message))
}

/** In the order in which they were sent? */
export function inOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
}
