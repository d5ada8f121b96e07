import type { TautlineError } from '../shared/errors.ts'
import type {
  ClosedEvent,
  ConfirmedEvent,
  RetryEvent,
  GiveUpEvent,
  OpenInfo,
  TransportEvent,
} from '../shared/hook-events.ts'
import type { ShownState } from '../machine/connection-state.ts'

/** One transition of the machine, for timelines and logs. */
export interface StateTransitionEvent {
  readonly from: ShownState
  readonly to: ShownState
  /** The type of the event that caused it. */
  readonly cause: string
}

/** The events of a connection, for `on`. Every event is emitted; none is merged with another. */
export interface ConnectionEventMap<Incoming> {
  readonly open: OpenInfo
  readonly message: Incoming
  readonly close: ClosedEvent
  readonly error: TautlineError
  /** Only of a WebSocket with the option `acks`. */
  readonly confirmed: ConfirmedEvent
  readonly retry: RetryEvent
  readonly 'give-up': GiveUpEvent
  /** Only of a connection over several transports. */
  readonly transport: TransportEvent
  readonly transition: StateTransitionEvent
}
