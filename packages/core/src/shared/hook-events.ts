import type { TautlineError, CloseDetail } from './errors.ts'

/** What is known of a line that has opened. */
export interface OpenInfo {
  /** The subprotocol that the server chose; '' for none, and where there is no such thing. */
  readonly protocol: string
  /** Where the line leads in the end: after redirects. */
  readonly url: string
  /** Those of the answer (RFC 9110, section 6.3); undefined for a WebSocket, whose handshake no page can read. */
  readonly headers: Headers | undefined
}

/** A line that was open is not any more. */
export interface ClosedEvent extends CloseDetail {
  /** Why; undefined when it was closed from this side. */
  readonly error: TautlineError | undefined
}

/** Another attempt is due. */
export interface RetryEvent {
  /** The number of the retry, from 1. */
  readonly attempt: number
  /** When it is due, in ms since the epoch. */
  readonly retryAt: number
  readonly error: TautlineError | undefined
}

/** No attempt is left. */
export interface GiveUpEvent {
  /** How many retries were made. */
  readonly attempts: number
  readonly error: TautlineError | undefined
}
