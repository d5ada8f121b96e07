import type { Sendable } from './codec.ts'

/** One call is one attempt: a transport never retries, waits or reads the clock. */
export type Transport<Raw, Request extends ConnectRequest = ConnectRequest> = (
  request: Request,
  on: TransportEvents<Raw>,
) => TransportHandle

export interface ConnectRequest {
  readonly url: URL
  /** Aborted when the attempt is given up. */
  readonly signal: AbortSignal
}

/** What a transport says. Nothing counts after `ended`, or once the handle has been closed. */
export interface TransportEvents<Raw> {
  /** The line is useful: for a protocol with a greeting, the greeting has come. */
  opened(info: OpenInfo): void
  /** The line has proved itself: failures that are past count no more. */
  useful(): void
  /** @param id the cursor behind this message, where the protocol has one */
  message(raw: Raw, id?: string): void
  /** The cursor has moved without a message. */
  cursor(id: string): void
  /** A sign of life that is no message. */
  activity(): void
  /** The server asks for at least so many ms before each attempt from now on. */
  hint(ms: number): void
  /** The one place where protocol knowledge becomes policy. */
  ended(outcome: Outcome): void
}

/** What is known of a line that has opened. */
export interface OpenInfo {
  /** The subprotocol that the server chose; '' for none, and where there is no such thing. */
  readonly protocol: string
  /** Where the line leads in the end: after redirects. */
  readonly url: string
  /** Those of the answer (RFC 9110, section 6.3); undefined for a WebSocket, whose handshake no page can read. */
  readonly headers: Headers | undefined
}

export interface TransportHandle {
  /** False: the platform would have thrown it away. */
  send?(raw: Sendable): boolean
  /** Gives the line up at once; nothing is said after it. */
  close(code?: number, reason?: string): void
  /** Bytes that wait in the platform's own buffer. */
  readonly bufferedAmount?: number
}

/** How one attempt ended, as its transport judges it. */
export interface Outcome {
  readonly kind: 'lost' | 'fatal' | 'complete' | 'unauthorized'
  readonly error?: Error | undefined
  /** What the server asked to wait, in ms. */
  readonly retryAfter?: number | undefined
}

/** `fetch`, or what has its shape. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** The constructor that `WebSocket` is, as far as it is used. That of `ws` for Node has the same shape. */
export type WebSocketConstructor = new (url: string | URL, protocols?: string | string[]) => WebSocket

/** The constructor that `XMLHttpRequest` is. */
export type XMLHttpRequestConstructor = new () => XMLHttpRequest
