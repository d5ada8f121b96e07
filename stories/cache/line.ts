import { type Environment, browserEnvironment, createFetchCache } from '@tautline/core'
import type { Fetch } from '../polling/tapped-fetch.ts'
import { createWireLog, seconds } from '../wire/wire-log.ts'

/** `failing`: the server answers everything with 503. */
export type LineState = 'up' | 'failing' | 'offline'

/** When the line was not up, in s since the page was opened. */
export interface Trouble {
  readonly state: LineState
  readonly from: number
  readonly to: number | undefined
}

/** What the server is told to say. */
export interface Settings {
  readonly caching: string
  /** Of the document; another one has one more item. */
  readonly version: number
}

/** The page's side of the line, and what the server does at its other end. */
export interface Line {
  readonly log: ReturnType<typeof createWireLog>
  readonly cache: ReturnType<typeof createFetchCache>
  readonly environment: Partial<Environment>
  settings(change: Partial<Settings>): void
  set(state: LineState): void
  subscribe(listener: () => void): () => void
  /** The newest last. */
  getSnapshot(): readonly Trouble[]
}

/** Of twenty items, and of each further one, in bytes. */
const SIZE = 1_523
const ITEM = 77
/** How long an answer takes, in ms. */
const DELAY = 450

/** What the hooks ask for. */
export const documentUrl = (server: string): string => `${server}/documents/${SIZE}`

export function createLine(): Line {
  let troubles: readonly Trouble[] = []
  let settings: Settings = { caching: '', version: 1 }
  let state: LineState = 'up'
  const listeners = new Set<() => void>()
  const signals = new Set<(signal: 'online' | 'offline') => void>()
  // The settings travel beside the hooks, which know nothing of them.
  const send: Fetch = (input, init) => {
    if (state === 'offline') return Promise.reject(new TypeError('The network is gone'))
    const { version, caching } = settings
    const url = new URL(input)
    url.pathname = `/documents/${SIZE + version * ITEM}`
    url.search = `${new URLSearchParams({ etag: `v${version}`, cache: caching, delay: `${DELAY}` })}`
    if (state === 'failing') url.search += '&fault=refuse&fault-status=503'
    // The browser's own cache stays out of it: what is seen here is what the hooks do.
    return fetch(url, { ...init, cache: 'no-store' })
  }
  const log = createWireLog(send)
  const set = (next: LineState): void => {
    const at = seconds()
    const before = troubles.map((each) => (each.to === undefined ? { ...each, to: at } : each))
    troubles = next === 'up' ? before : [...before, { state: next, from: at, to: undefined }]
    const was = state
    state = next
    for (const listener of listeners) listener()
    const signal = next === 'offline' ? 'offline' : was === 'offline' ? 'online' : undefined
    if (signal !== undefined) for (const tell of signals) tell(signal)
  }
  return {
    log,
    cache: createFetchCache(),
    environment: { fetch: log.fetch, signals: signalsOf(signals, () => state) },
    settings: (change) => void (settings = { ...settings, ...change }),
    set,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => troubles,
  }
}

/** The page's own signals; of the network this story decides. */
function signalsOf(
  own: Set<(signal: 'online' | 'offline') => void>,
  state: () => LineState,
): Environment['signals'] {
  return (listener) => {
    if (state() === 'offline') listener('offline')
    own.add(listener)
    const stop = browserEnvironment().signals((signal) => {
      if (signal !== 'online' && signal !== 'offline') listener(signal)
    })
    return () => {
      own.delete(listener)
      stop()
    }
  }
}
