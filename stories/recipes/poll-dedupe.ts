import { createLongPoll, json, query } from '@tautline/core'

interface Job {
  readonly id: string
  readonly state: string
}

interface Jobs {
  readonly until: number
  readonly jobs: readonly Job[]
}

/**
 * The cursor of this server is a time. It repeats the events of the last second, and `dedupeBy`
 * drops them.
 */
export const jobs = createLongPoll('/jobs?wait=30', {
  codec: json<Jobs>(),
  cursor: query<Jobs>('since', ({ until }) => until - 1_000),
  messages: ({ jobs }) => jobs,
  dedupeBy: ({ id, state }) => `${id} ${state}`,
})
