/**
 * The platform functions that every connection and request uses. Those that only some need are in `FullEnvironment`: each
 * transport reads its own by the functions of `network.ts`, so a page contains no others.
 */
export interface Environment {
  /** Returns the wall clock time, in ms since the epoch. */
  now(): number
  /** Returns a random number in [0, 1). */
  random(): number
  /** Starts a timer and returns its handle. */
  setTimeout(callback: () => void, ms: number): unknown
  /** Stops a timer that `setTimeout` started. */
  clearTimeout(handle: unknown): void
  /** Calls back once, before the next paint. Without frames (hidden tab, worker, Node) it uses a timer. */
  requestFrame(callback: () => void): void
  /**
   * Subscribes to events of the page and the network; returns a function that unsubscribes. An initial state other than
   * visible and online is reported at once, such as `hidden`. `wake` and `slept` mean that the clock jumped.
   */
  onPageEvent(listener: (pageEvent: PageEvent) => void): () => void
  /** Reports an error that no listener gets, for example one that a handler threw. */
  reportError(error: unknown): void
  /** The base of relative URLs; undefined if only absolute URLs are allowed. */
  readonly baseUrl: string | undefined
  /** Whether this program serves many users. Responses of one user are then not cached for another. */
  readonly isServer: boolean
}

/**
 * The platform functions that the core uses: time, random numbers, page events and the network.
 *
 * Pass your own as the option `environment` to run on another platform or to control them in tests. For tests,
 * `@tautline/core/testing` has `createTestEnvironment()`.
 */
export interface FullEnvironment extends Environment {
  /** Calls back in a new task as soon as possible, after the page has had a chance to paint and handle input. */
  scheduleTask(callback: () => void): void
  readonly fetch: Fetch | undefined
  /** The `fetch` for streams, if that of the platform reads only whole responses, as in React Native. @default `fetch` */
  readonly streamFetch?: Fetch | undefined
  readonly WebSocket: WebSocketConstructor | undefined
  /**
   * Used for `upload: uploadProgress()`, since `fetch` does not report what it sends. If you replace `fetch` but not
   * this, all requests use your `fetch`.
   */
  readonly XMLHttpRequest: XMLHttpRequestConstructor | undefined
}

/** The type of `fetch`, as far as Tautline uses it. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** The type of the `WebSocket` constructor, as far as Tautline uses it. That of the package `ws` for Node fits. */
export type WebSocketConstructor = new (url: string | URL, protocols?: string | string[]) => WebSocket

/** The type of the `XMLHttpRequest` constructor. */
export type XMLHttpRequestConstructor = new () => XMLHttpRequest

/**
 * An event of the page or the network: the DOM events of these names, `visible` and `hidden` for `visibilitychange`,
 * `wake` after sleep or a freeze, and `slept` instead if that took over a minute.
 */
export type PageEvent =
  | 'online'
  | 'offline'
  | 'visible'
  | 'hidden'
  | 'pagehide'
  | 'pageshow'
  | 'wake'
  | 'slept'
