import { isTautlineError } from '@tautline/core'

/** The highest number of messages in the outbox. */
export const CAPACITY = 20

export const overflows = ['drop-oldest', 'drop-newest', 'reject'] as const
export type Overflow = (typeof overflows)[number]

/** The numbers of the dropped messages in an error. */
export function droppedIn(error: unknown): readonly number[] {
  if (!isTautlineError(error, 'dropped')) return []
  return error.messages.map((message) => Number(message))
}

/** Whether the messages are in the order in which they were sent. */
export function isInOrder(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
}
