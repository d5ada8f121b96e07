import type { Environment } from './environment.ts'

let platform: Environment | undefined

/** The platform's own environment: a page, a worker or Node. Made on first use; nothing runs on import. */
export function browserEnvironment(): Environment {
  return (platform ??= {
    // Looked up each time: a test may put its own clock in their place, as it does for the timers.
    now: () => Date.now(),
    random: () => Math.random(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (handle) => clearTimeout(handle as number | undefined), // made by setTimeout above
    requestFrame,
    scheduleTask: scheduleTask,
    onPageEvent: onPageEvent,
    reportError(error) {
      // Node has no reportError; a rejection there would end the process, and a reported error should not.
      if (typeof reportError === 'function') reportError(error)
      else console.error(error)
    },
    get baseUrl() {
      return typeof document === 'object' ? document.baseURI : globalThis.location?.href
    },
    get fetch() {
      const { fetch } = globalThis
      // It minds what it is called on.
      return fetch && ((input: string, init: RequestInit) => fetch(input, init))
    },
    get WebSocket() {
      // oxlint-disable-next-line no-restricted-globals -- handed on, for the transport alone to use
      return globalThis.WebSocket
    },
    get XMLHttpRequest() {
      // oxlint-disable-next-line no-restricted-globals -- handed on, for requests alone to use
      return globalThis.XMLHttpRequest
    },
    get isServer() {
      // React Native has no document, and is a page of one user all the same.
      if (globalThis.navigator?.product === 'ReactNative') return false
      // A page has a document, and a worker of one knows where it is; what else calls itself a worker serves many.
      const isWorker = 'WorkerGlobalScope' in globalThis && typeof globalThis.location === 'object'
      return typeof document !== 'object' && !isWorker
    },
  })
}

const resolved = new WeakMap<Partial<Environment>, Environment>()

/** What a user gave, with the platform's where it says nothing. The same object in gives the same object out: it names a pool. */
export function resolveEnvironment(overrides: Partial<Environment> | undefined): Environment {
  const platform = browserEnvironment()
  if (!overrides) return platform
  const known = resolved.get(overrides)
  if (known) return known
  // Descriptors, not values: what is asked anew each time, such as the base URL, stays so.
  // Who gives a `fetch` wants every request to go by it.
  const withoutXhr = overrides.fetch && { XMLHttpRequest: { value: undefined, enumerable: true } }
  const fields = {
    ...Object.getOwnPropertyDescriptors(platform),
    ...withoutXhr,
    ...Object.getOwnPropertyDescriptors(overrides),
  }
  const environment = Object.defineProperties({}, fields) as Environment // the platform's has every field
  resolved.set(overrides, environment)
  return environment
}

/** No frame comes to a hidden tab, and one that was asked for just before stays out: the timer is there for both. */
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

/** Node's, whose types a page does not have. */
declare const setImmediate: ((callback: () => void) => unknown) | undefined

/** A timer would do too, but comes 4 ms late when it is nested; `scheduler.yield` comes before the next paint. */
function scheduleTask(callback: () => void): void {
  if (typeof setImmediate === 'function') {
    setImmediate(callback)
    return
  }
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.onmessage = () => tasks.shift()?.()
  }
  tasks.push(callback)
  channel.port2.postMessage(undefined)
}

/** One for all, made on first use: to make one costs a tenth of a millisecond. */
let channel: MessageChannel | undefined
const tasks: (() => void)[] = []

/** How often the clock is looked at, and how far it must have jumped to count as sleep, in ms. */
const CLOCK_CHECK_INTERVAL_MS = 10_000
const SLEEP_JUMP_MS = 5000

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
    // A hidden tab's timers are throttled, which looks the same; becoming visible is a signal of its own.
    if (now - lastTickAt > CLOCK_CHECK_INTERVAL_MS + SLEEP_JUMP_MS && !page?.hidden) listener('wake')
    lastTickAt = now
  }, CLOCK_CHECK_INTERVAL_MS)
  return () => {
    controller.abort()
    clearInterval(timer)
  }
}
