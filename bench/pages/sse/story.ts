import { fold } from '../harness.ts'

/** What a component shows of a stream: how many events there were, and the last. */
export interface Story {
  readonly count: number
  /** Characters of all data. */
  readonly length: number
  readonly last: string
}

export const nothing: Story = { count: 0, length: 0, last: '' }

/** The fold that every hook runs on every event. */
export function tell({ count, length }: Story, data: string): Story {
  return { count: count + 1, length: fold(length, data), last: data }
}
