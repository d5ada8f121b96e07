import type { ConnectRequest } from '../shared/attempt.ts'
import type { CloseDetail } from '../shared/errors.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'
import type { Sendable } from '../shared/codec.ts'

/** Makes one attempt per call. A transport never retries, waits or reads the clock. */
export type Transport<Raw, Request extends ConnectRequest = ConnectRequest> = (
  request: Request,
  on: TransportEvents<Raw>,
) => TransportHandle

/** What a transport reports. Calls after `ended`, or after the handle was closed, have no effect. */
export interface TransportEvents<Raw> {
  /** The connection is ready: the handshake, if the protocol has one, has finished. */
  opened(info: OpenInfo): void
  /** The connection has been useful, so past failures are forgotten. */
  provedUseful(): void
  /** @param id the cursor after this message, if the protocol has one */
  message(raw: Raw, id?: string): void
  /** The cursor has moved without a message. */
  cursor(id: string): void
  /** Something was received that is not a message. */
  activity(): void
  /** The server requested at least this delay, in ms, before each attempt from now on. */
  serverDelay(ms: number): void
  /** The attempt has ended. The transport classifies the outcome by its protocol. */
  ended(outcome: Outcome): void
}

export interface TransportHandle {
  /** Returns false if it was not sent, because the platform would have discarded it. */
  send?(raw: Sendable): boolean
  /** Closes the transport at once. After that it reports nothing except to `whenClosed`. */
  close(code?: number, reason?: string): void
  /** Only for a protocol with a closing handshake, and after `close()`: reports how the handshake ended. */
  readonly whenClosed?: WhenClosed | undefined
  /** The bytes in the platform's own buffer. */
  readonly bufferedAmount?: number
}

/** Calls back when the platform has reported how a closed transport ended, which may be never. */
export type WhenClosed = (callback: (detail: CloseDetail) => void) => void
