/**
 * Everything that the core asks of the world: time, chance, the page and the network.
 * Give one as `environment` to run elsewhere, or to put a test in charge; `@tautline/core/testing` has a ready one.
 */
export interface Environment {
  /** The wall clock, in ms since the epoch. */
  now(): number
  /** A number in [0, 1). */
  random(): number
  setTimeout(callback: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
  /** Calls back once, before the next paint; by a timer where no frame comes (hidden tab, worker, Node). */
  requestFrame(callback: () => void): void
  /** Calls back in a task of its own, with no other delay: the page can paint and hear its user before it. */
  scheduleTask(callback: () => void): void
  /**
   * Reports what the page and the network do until the returned function is called; says at once what is not as usual,
   * such as a page that is hidden from the start. `wake` means that the clock jumped.
   */
  onPageEvent(listener: (signal: PageEvent) => void): () => void
  /** For an error that nobody listens to: a handler that threw, messages that were dropped. */
  reportError(error: unknown): void
  /** What relative URLs are relative to. */
  readonly baseUrl: string | undefined
  readonly fetch: Fetch | undefined
  readonly WebSocket: WebSocketConstructor | undefined
  /** Tells how much of a body has been sent, which `fetch` does not. Where a `fetch` is given and this is not, it is not used. */
  readonly XMLHttpRequest: XMLHttpRequestConstructor | undefined
  /** This program answers many users: what was fetched for one is not kept for another. */
  readonly isServer: boolean
}

/** `fetch`, or what has its shape. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** The constructor that `WebSocket` is, as far as it is used. That of `ws` for Node has the same shape. */
export type WebSocketConstructor = new (url: string | URL, protocols?: string | string[]) => WebSocket

/** The constructor that `XMLHttpRequest` is. */
export type XMLHttpRequestConstructor = new () => XMLHttpRequest

/** What the page says of itself and of the network. */
export type PageEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'pagehide' | 'pageshow' | 'wake'
