import { type Environment, createFetchCache } from '@tautline/core'
import type { Fetch } from '../requests/observed-fetch.ts'
import { type RequestLog, createRequestLog } from '../requests/request-log.ts'

/** The cache and the platform functions of this story. */
export interface SearchEnvironment {
  readonly log: RequestLog
  readonly cache: ReturnType<typeof createFetchCache>
  readonly platform: Partial<Environment>
}

/** A short text has many results, so the server needs longer: the response to "a" arrives after that to "ada". */
const delayOf = (q: string): number => Math.max(150, 1_500 - q.length * 350)

export function createSearchEnvironment(): SearchEnvironment {
  // Adds a parameter for the server to each request. The hooks do not see it.
  const send: Fetch = (input, init) => {
    const url = new URL(input)
    url.searchParams.set('delay', `${delayOf(url.searchParams.get('q') ?? '')}`)
    return fetch(url, init)
  }
  const log = createRequestLog(send)
  return { log, cache: createFetchCache(), platform: { fetch: log.fetch } }
}
