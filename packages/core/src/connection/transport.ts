import type { ConnectRequest } from '../shared/attempt.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'
import type { Sendable } from '../shared/codec.ts'

/** One call is one attempt: a transport never retries, waits or reads the clock. */
export type Transport<Raw, Request extends ConnectRequest = ConnectRequest> = (
  request: Request,
  on: TransportEvents<Raw>,
) => TransportHandle

/** What a transport says. Nothing counts after `ended`, or once the handle has been closed. */
export interface TransportEvents<Raw> {
  /** The line is useful: for a protocol with a greeting, the greeting has come. */
  opened(info: OpenInfo): void
  /** The line has proved itself: failures that are past count no more. */
  provedUseful(): void
  /** @param id the cursor behind this message, where the protocol has one */
  message(raw: Raw, id?: string): void
  /** The cursor has moved without a message. */
  cursor(id: string): void
  /** A sign of life that is no message. */
  activity(): void
  /** The server asks for at least so many ms before each attempt from now on. */
  serverDelay(ms: number): void
  /** The one place where protocol knowledge becomes policy. */
  ended(outcome: Outcome): void
}

export interface TransportHandle {
  /** False: the platform would have thrown it away. */
  send?(raw: Sendable): boolean
  /** Gives the line up at once; nothing is said after it. */
  close(code?: number, reason?: string): void
  /** Bytes that wait in the platform's own buffer. */
  readonly bufferedAmount?: number
}
