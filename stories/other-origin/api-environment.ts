import { type Environment, createFetchCache } from '@tautline/core'
import type { Fetch } from '../requests/observed-fetch.ts'
import { type RequestLog, createRequestLog } from '../requests/request-log.ts'
import { type WritableStore, createStore } from '../ui/store.ts'

export interface ApiEnvironment {
  readonly log: RequestLog
  readonly cache: ReturnType<typeof createFetchCache>
  readonly platform: Partial<Environment>
  /** The API refuses the refresh token. */
  readonly isRefusing: WritableStore<boolean>
}

export function createApiEnvironment(): ApiEnvironment {
  const isRefusing = createStore<boolean>(false)
  // Adds parameters for the server to each request. The application does not see them.
  const send: Fetch = (input, init) => {
    const url = new URL(input)
    url.searchParams.set('delay', '300')
    if (isRefusing.getSnapshot() && url.pathname === '/session/refresh') {
      url.searchParams.set('fault', 'refuse')
      url.searchParams.set('fault-status', '401')
    }
    return fetch(url, init)
  }
  const log = createRequestLog(send)
  return { log, cache: createFetchCache(), platform: { fetch: log.fetch }, isRefusing }
}
