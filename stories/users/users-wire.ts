import { type Environment, createFetchCache } from '@tautline/core'
import { PacedUpload } from '../mock-server/paced-upload.ts'
import type { Fetch } from '../polling/tapped-fetch.ts'
import type { StoryServer } from '../server/story-server.ts'
import { type Exchange, createWireLog } from '../wire/wire-log.ts'

/** How late an answer to a question may be, and a write is, in ms. */
const LATEST = 900
const WRITE = 700

/** How what the page asks reaches the server. */
export interface UsersWire {
  readonly log: ReturnType<typeof createWireLog>
  /** The hooks of this story have a cache of their own. */
  readonly cache: ReturnType<typeof createFetchCache>
  readonly environment: Partial<Environment>
  /** Whether answers are late, each by another time. */
  readonly late: boolean
  setLate(late: boolean): void
  /** The next write is refused. */
  arm(armed: boolean): void
  isArmed(): boolean
  subscribe(listener: () => void): () => void
}

export function createUsersWire({ kind }: Pick<StoryServer, 'kind'>): UsersWire {
  const listeners = new Set<() => void>()
  let armed = false
  let late = true
  const arm = (next: boolean): void => {
    armed = next
    for (const listener of listeners) listener()
  }
  // What the server is asked to do beside its work: the hooks know nothing of it.
  const send: Fetch = (input, init) => {
    const url = new URL(input)
    const isWrite = (init.method ?? 'GET') !== 'GET'
    const delay = isWrite ? WRITE : Math.random() * LATEST
    if (late || isWrite) url.searchParams.set('delay', delay.toFixed(0))
    if (isWrite && armed) {
      arm(false)
      for (const [name, value] of refusal) url.searchParams.set(name, value)
    }
    return fetch(url, init)
  }
  const log = createWireLog(send)
  return {
    log,
    cache: createFetchCache(),
    // An upload whose progress is shown goes by the platform's XMLHttpRequest.
    environment: { fetch: log.fetch, XMLHttpRequest: kind === 'mock' ? PacedUpload : XMLHttpRequest },
    late,
    setLate: (next) => void (late = next),
    arm,
    isArmed: () => armed,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const refusal = new URLSearchParams({
  fault: 'refuse',
  'fault-status': '403',
  'fault-ms': `${WRITE}`,
})

/** A target without what is the same in all of them. */
export const shortTarget = ({ target }: Exchange): string => target.replace(/&limit=.*$/, '')
