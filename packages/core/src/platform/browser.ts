import { PRODUCTION_MARK, hasBothFormats, markBuild } from './build-mark.ts'
import type {
  Environment,
  Fetch,
  FullEnvironment,
  WebSocketConstructor,
  XMLHttpRequestConstructor,
} from './environment.ts'

let created: Environment | undefined

/** Returns the environment of the platform: a page, a worker or Node. Created on first use; nothing runs on import. */
export function platformEnvironment(): Environment {
  if (!created) markBuild(globalThis)
  return (created ??= {
    // Globals are looked up on each call, because tests may replace the clock and the timers.
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (handle) => clearTimeout(handle as number | undefined), // made by setTimeout above
    requestFrame,
    onPageEvent,
    reportError(error) {
      // Node has no `reportError`, and there an unhandled rejection would end the process.
      if (typeof reportError === 'function') reportError(error)
      else console.error(error)
    },
    get baseUrl() {
      return typeof document === 'object' ? document.baseURI : globalThis.location?.href
    },
    get isServer() {
      // React Native has no document, but it serves only one user.
      if (typeof document === 'object' || globalThis.navigator?.product === 'ReactNative') return false
      // The worker of a page has a location. The workers of server platforms, such as Cloudflare's, have none.
      return !('WorkerGlobalScope' in globalThis && typeof globalThis.location === 'object')
    },
  })
}

const resolvedEnvironments = new WeakMap<Partial<FullEnvironment>, Environment>()

/**
 * Completes the option `environment` with the functions of the platform. Returns the same object for the same
 * overrides, because connections are shared per environment.
 */
export function resolveEnvironment(overrides: Partial<FullEnvironment> | undefined): Environment {
  const platform = platformEnvironment()
  if (!overrides) return platform
  const known = resolvedEnvironments.get(overrides)
  if (known) return known
  // Descriptors are copied instead of values, so that getters such as `baseUrl` stay getters.
  const fields = {
    ...Object.getOwnPropertyDescriptors(platform),
    ...Object.getOwnPropertyDescriptors(overrides),
  }
  const environment = Object.defineProperties({}, fields) as Environment // `platform` has every field
  resolvedEnvironments.set(overrides, environment)
  return environment
}

/** Returns in what another copy of the package on the page differs from this development build: its build or format. */
export function findOtherCopy(): 'build' | 'format' | undefined {
  markBuild(globalThis)
  if (PRODUCTION_MARK in globalThis) return 'build'
  return hasBothFormats(globalThis) ? 'format' : undefined
}

/** The delay of the timer that replaces a frame, in ms. A tab gets no frames while it is hidden. */
const FRAME_TIMEOUT_MS = 100

function requestFrame(callback: () => void): void {
  if (typeof requestAnimationFrame !== 'function') {
    setTimeout(callback, 16)
    return
  }
  const run = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    callback()
  }
  const frame = requestAnimationFrame(run)
  const timer = setTimeout(run, FRAME_TIMEOUT_MS)
}

/** Returns the `WebSocket` of the platform. */
export const platformWebSocket = (): WebSocketConstructor | undefined =>
  // oxlint-disable-next-line no-restricted-globals -- passed on; only the transport uses it
  globalThis.WebSocket

/** Returns the `fetch` of the platform. */
export function platformFetch(): Fetch | undefined {
  const { fetch } = globalThis
  // Called as a method of another object, `fetch` would throw "Illegal invocation".
  // `fetchResponse` needs to know whatwg-fetch, which React Native has.
  const mark = fetch && 'polyfill' in fetch && { polyfill: true }
  return fetch && Object.assign((input: string, init: RequestInit) => fetch(input, init), mark)
}

/** Returns the `XMLHttpRequest` of the platform. */
export const platformXmlHttpRequest = (): XMLHttpRequestConstructor | undefined =>
  // oxlint-disable-next-line no-restricted-globals -- passed on; only requests use it
  globalThis.XMLHttpRequest

/** Exists only in Node. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/** Does not use a timer, which is 4 ms late when nested, or `scheduler.yield`, which runs before the next paint. */
export function schedulePlatformTask(callback: () => void): void {
  if (typeof setImmediate === 'function') {
    setImmediate(callback)
    return
  }
  // In Jest's jsdom.
  if (typeof MessageChannel !== 'function') {
    setTimeout(callback, 0)
    return
  }
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.onmessage = () => tasks.shift()?.()
  }
  tasks.push(callback)
  channel.port2.postMessage(undefined)
}

/** One channel for all tasks, created on first use. Creating a channel takes about 0.1 ms. */
let channel: MessageChannel | undefined
const tasks: (() => void)[] = []

/** Returns `localStorage`. @throws if the browser forbids it */
export const webStorage = (): Storage => globalThis.localStorage

/** Returns `sessionStorage`. @throws if the browser forbids it */
export const tabStorage = (): Storage => globalThis.sessionStorage

/** Calls back when the type of the network changes, where the browser reports it. Returns a function that stops this. */
export function onNetworkChange(listener: () => void): () => void {
  // Not in TypeScript's types, because Safari and Firefox do not have it (Network Information API).
  const { connection } = Object(globalThis.navigator) as {
    readonly connection?: EventTarget & { readonly type?: string }
  }
  let type = connection?.type
  // Chromium fires it for each new estimate of the speed too, also on the desktop, where the type is unknown.
  const onChange = () => {
    const before = type
    type = connection?.type
    if (type !== before) listener()
  }
  const controller = new AbortController()
  connection?.addEventListener?.('change', onChange, { signal: controller.signal })
  return () => controller.abort()
}

/** Returns IndexedDB. */
export const indexedDatabases = (): IDBFactory => globalThis.indexedDB

/** Opens a channel to the other pages of the origin, if the platform can. */
export const broadcastChannel = (name: string): BroadcastChannel | undefined =>
  // oxlint-disable-next-line no-restricted-globals -- it reaches no server
  typeof BroadcastChannel === 'function' ? new BroadcastChannel(name) : undefined

const CLOCK_CHECK_INTERVAL_MS = 10_000
/** A jump of the clock that is longer, in ms, counts as sleep. */
const SLEEP_JUMP_MS = 5000
/** After a longer jump, in ms, a server or router may have forgotten a connection. */
const LONG_SLEEP_JUMP_MS = 60_000

const onPageEvent: Environment['onPageEvent'] = (listener) => {
  if (typeof addEventListener !== 'function') return () => {}
  const controller = new AbortController()
  const page = typeof document === 'object' ? document : undefined
  const listen = (target: EventTarget, type: string, callback: (event: Event) => void) =>
    target.addEventListener(type, callback, { signal: controller.signal })
  const reportVisibility = () => listener(page?.hidden ? 'hidden' : 'visible')
  listen(globalThis, 'online', () => listener('online'))
  listen(globalThis, 'offline', () => listener('offline'))
  listen(globalThis, 'pagehide', () => listener('pagehide'))
  listen(globalThis, 'pageshow', (event) => 'persisted' in event && event.persisted && listener('pageshow'))
  if (page) {
    listen(page, 'visibilitychange', reportVisibility)
    listen(page, 'resume', () => listener('wake'))
    if (page.hidden) reportVisibility()
  }
  let lastTickAt = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    const jump = now - lastTickAt - CLOCK_CHECK_INTERVAL_MS
    // Browsers throttle the timers of a hidden tab, which looks like sleep. When shown, it gets a `visible` event.
    if (jump > SLEEP_JUMP_MS && !page?.hidden) listener(jump > LONG_SLEEP_JUMP_MS ? 'slept' : 'wake')
    lastTickAt = now
  }, CLOCK_CHECK_INTERVAL_MS)
  return () => {
    controller.abort()
    clearInterval(timer)
  }
}
