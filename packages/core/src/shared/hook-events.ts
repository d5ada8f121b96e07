import type { TautlineError, CloseDetail } from './errors.ts'
import type { MessageKey } from './message-key.ts'

/** The payload of an `open` event: what is known about an open connection. */
export interface OpenInfo {
  /** The WebSocket subprotocol that the server chose; '' if there is none. */
  readonly protocol: string
  /** The URL after redirects. */
  readonly url: string
  /**
   * The response headers (RFC 9110, section 6.3); undefined for a WebSocket, because a page cannot read its handshake.
   */
  readonly headers: Headers | undefined
}

/** The payload of a `close` event: how an open connection ended. */
export interface ClosedEvent extends CloseDetail {
  /** Why the connection ended; undefined if this side closed it. */
  readonly error: TautlineError | undefined
}

/** The payload of a `confirmed` event: the server has confirmed a message. */
export interface ConfirmedEvent<Outgoing = unknown> {
  readonly key: MessageKey
  /** The message as it was passed to `send()`. */
  readonly message: Outgoing
}

/** The payload of a `retry` event: when the next attempt starts. */
export interface RetryEvent {
  /** The number of the retry, from 1. */
  readonly attempt: number
  /** When the attempt starts, in ms since the epoch. */
  readonly retryAt: number
  /** Why the last attempt or connection ended. */
  readonly error: TautlineError | undefined
}

/** The payload of a `give-up` event: no more retries are made. */
export interface GiveUpEvent {
  /** How many retries were made. */
  readonly attempts: number
  /** Why the last attempt ended. */
  readonly error: TautlineError | undefined
}

/** The payload of a `transport` event: another transport is active. */
export interface TransportEvent {
  /** The name of the transport before, such as 'web-socket'. */
  readonly from: string
  /** The name of the transport from now on. */
  readonly to: string
  /**
   * `refused`: the one before could not be opened, or ended at once. `slow`: it did not open in time. `deaf`: it opened,
   * but nothing got through. `lost`: it was lost. `better`: the new one is better. `gap`: messages were missing.
   */
  readonly why: 'refused' | 'slow' | 'deaf' | 'lost' | 'better' | 'gap'
}
