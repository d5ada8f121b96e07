import { createLongPoll, json, query } from '@tautline/core'

interface Job {
  readonly id: string
  readonly state: string
}

interface Jobs {
  readonly until: number
  readonly jobs: readonly Job[]
}

/** A server that keeps time, and not a log, says what happened in the last second twice. */
export const jobs = createLongPoll('/jobs?wait=30', {
  codec: json<Jobs>(),
  cursor: query<Jobs>('since', ({ until }) => until - 1_000),
  messages: ({ jobs }) => jobs,
  dedupe: ({ id, state }) => `${id} ${state}`,
})
