import { fold } from '../harness.ts'

/** The value that a component shows: the number of events, and the last one. */
export interface Story {
  readonly count: number
  /** The number of characters of all data. */
  readonly length: number
  readonly last: string
}

export const nothing: Story = { count: 0, length: 0, last: '' }

/** The reducer that every hook runs on every event. */
export function addEvent({ count, length }: Story, data: string): Story {
  return { count: count + 1, length: fold(length, data), last: data }
}
