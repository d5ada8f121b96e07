import { type Environment, createFetchCache } from '@tautline/core'
import { PacedUpload } from '../mock-server/paced-upload.ts'
import type { Fetch } from '../requests/observed-fetch.ts'
import type { StoryServer } from '../server/story-server.ts'
import { type Exchange, type RequestLog, createRequestLog } from '../requests/request-log.ts'
import { type WritableStore, createStore } from '../ui/store.ts'

/** The longest delay of a read, and the delay of a write, in ms. */
const MAX_READ_DELAY = 900
const WRITE_DELAY = 700

/** What the buttons of the story change. */
export interface UsersSettings {
  /** Delays each read by a random time. */
  readonly randomDelays: boolean
  /** The server refuses the next write. */
  readonly failNextSave: boolean
}

/** The cache and the platform functions that the hooks of this story use. */
export interface UsersEnvironment {
  readonly log: RequestLog
  readonly cache: ReturnType<typeof createFetchCache>
  readonly platform: Partial<Environment>
  readonly settings: WritableStore<UsersSettings>
}

export function createUsersEnvironment({ kind }: Pick<StoryServer, 'kind'>): UsersEnvironment {
  const settings = createStore<UsersSettings>({ randomDelays: true, failNextSave: false })
  // Adds parameters for the server to each request. The hooks do not see them.
  const send: Fetch = (input, init) => {
    const url = new URL(input)
    const { randomDelays, failNextSave } = settings.getSnapshot()
    const isWrite = (init.method ?? 'GET') !== 'GET'
    const delay = isWrite ? WRITE_DELAY : Math.random() * MAX_READ_DELAY
    if (randomDelays || isWrite) url.searchParams.set('delay', delay.toFixed(0))
    if (isWrite && failNextSave) {
      settings.set({ randomDelays, failNextSave: false })
      for (const [name, value] of refusal) url.searchParams.set(name, value)
    }
    return fetch(url, init)
  }
  const log = createRequestLog(send)
  return {
    log,
    cache: createFetchCache(),
    // Uploads with progress use XMLHttpRequest. The mock needs one that imitates the progress.
    platform: { fetch: log.fetch, XMLHttpRequest: kind === 'mock' ? PacedUpload : XMLHttpRequest },
    settings,
  }
}

const refusal = new URLSearchParams({
  fault: 'refuse',
  'fault-status': '403',
  'fault-ms': `${WRITE_DELAY}`,
})

/** A target without the parameters that all requests have. */
export const shortTarget = ({ target }: Exchange): string => target.replace(/&limit=.*$/, '')
