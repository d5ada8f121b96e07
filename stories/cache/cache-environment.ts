import { type Environment, browserEnvironment, createFetchCache } from '@tautline/core'
import type { Fetch } from '../requests/observed-fetch.ts'
import { type RequestLog, createRequestLog } from '../requests/request-log.ts'
import { pageSeconds } from '../ui/page-time.ts'
import { type Store, createStore } from '../ui/store.ts'

/** `failing`: the server responds to every request with 503. */
export type NetworkState = 'online' | 'failing' | 'offline'

/** A period that was not `online`, in s since the page was opened. */
export interface Outage {
  readonly state: NetworkState
  readonly from: number
  readonly to: number | undefined
}

/** The parameters of each request to the server. */
export interface ServerSettings {
  /** The `Cache-Control` header of the response. */
  readonly cacheControl: string
  /** The version of the document. Each version has one more item. */
  readonly version: number
}

/** The cache and the platform functions that the hooks of this story use. */
export interface CacheEnvironment {
  readonly log: RequestLog
  readonly cache: ReturnType<typeof createFetchCache>
  readonly platform: Partial<Environment>
  changeServer(settings: Partial<ServerSettings>): void
  changeNetwork(state: NetworkState): void
  /** The newest last. */
  readonly outages: Store<readonly Outage[]>
}

/** The size of a document of twenty items, and of each further item, in bytes. */
const DOCUMENT_BYTES = 1_523
const ITEM_BYTES = 77
/** The delay of each response, in ms. */
const DELAY_MS = 450

/** The URL that the hooks use. Not that of the server, which is on this machine and so would be reached while offline. */
export const DOCUMENT_URL = 'https://documents.example/document'

/** @param server the origin to which requests for `DOCUMENT_URL` are sent */
export function createCacheEnvironment(server: string, cacheControl: string): CacheEnvironment {
  const outages = createStore<readonly Outage[]>([])
  let settings: ServerSettings = { cacheControl, version: 1 }
  let network: NetworkState = 'online'
  const networkListeners = new Set<(signal: 'online' | 'offline') => void>()
  // Adds the settings to each request. The hooks do not see them.
  const send: Fetch = (_, init) => {
    if (network === 'offline') return Promise.reject(new TypeError('The network is offline'))
    const { version } = settings
    const url = new URL(`/documents/${DOCUMENT_BYTES + version * ITEM_BYTES}`, server)
    const parameters = { etag: `v${version}`, cache: settings.cacheControl, delay: `${DELAY_MS}` }
    url.search = `${new URLSearchParams(parameters)}`
    if (network === 'failing') url.search += '&fault=refuse&fault-status=503'
    // Bypasses the browser's own cache, so that the story shows only the cache of the hooks.
    return fetch(url, { ...init, cache: 'no-store' })
  }
  const log = createRequestLog(send)
  return {
    log,
    cache: createFetchCache(),
    platform: { fetch: log.fetch, onPageEvent: withNetwork(networkListeners, () => network) },
    changeServer: (change) => void (settings = { ...settings, ...change }),
    changeNetwork(next) {
      const at = pageSeconds()
      const wasOffline = network === 'offline'
      network = next
      outages.set((all) => {
        const ended = all.map((each) => (each.to === undefined ? { ...each, to: at } : each))
        return next === 'online' ? ended : [...ended, { state: next, from: at, to: undefined }]
      })
      const signal = next === 'offline' ? 'offline' : wasOffline ? 'online' : undefined
      if (signal !== undefined) for (const notify of networkListeners) notify(signal)
    },
    outages,
  }
}

/** The signals of the page, but `online` and `offline` come from the buttons of this story. */
function withNetwork(
  networkListeners: Set<(signal: 'online' | 'offline') => void>,
  network: () => NetworkState,
): Environment['onPageEvent'] {
  return (listener) => {
    if (network() === 'offline') listener('offline')
    networkListeners.add(listener)
    const stop = browserEnvironment().onPageEvent((signal) => {
      if (signal !== 'online' && signal !== 'offline') listener(signal)
    })
    return () => {
      networkListeners.delete(listener)
      stop()
    }
  }
}
