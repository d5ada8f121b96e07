import type { Interpreter } from './interpreter.ts'
import { initialState, isActive } from '../machine/connection-effects.ts'
import type { Identity } from '../shared/identity.ts'
import type { MachineEvent, State } from '../machine/connection-state.ts'

/** What an observer remembers of a connection that it no longer uses. */
export interface DetachedState {
  /** The state that it shows without a connection: that of the last one if that was closed, else the initial one. */
  readonly state: State
  /** The cursor after the last delivered message. */
  readonly cursor: string | undefined
  /** Whether it has used a connection of its identity. */
  readonly wasAttached: boolean
}

/** Shown before the framework subscribes, so that mounting needs no extra render and matches the server's HTML. */
export const connectingState: State = { ...initialState, status: 'connecting' }
export const closedByUserState: State = { ...initialState, status: 'closed', closed: { by: 'user' } }

/** The identity of an observer without a URL. */
export const NO_IDENTITY: Identity = { key: '', destinationKey: '', headersKey: '', functionsKey: '' }

export const INITIAL_DETACHED: DetachedState = {
  state: initialState,
  cursor: undefined,
  wasAttached: false,
}

/** The part of a connection that is read here. */
interface AnyConnection {
  readonly interpreter: Interpreter
  readonly subscriberList: { readonly subscribers: { readonly size: number }; readonly hasMissed: boolean }
}

/**
 * Returns the state to remember of a connection.
 *
 * @param isUnused the component unmounted, and the connection has no other subscriber
 */
export function captureDetached({ interpreter }: AnyConnection, isUnused: boolean): DetachedState {
  const { state, cursor } = interpreter
  // Remounting must not repeat a non-idempotent request, which the server may be processing.
  const isInterrupted = isUnused && interpreter.isRequestSent && isActive(state)
  const error = isInterrupted ? interpreter.policy.interruptedError?.('component') : undefined
  if (!error) return { state: state.closed ? state : initialState, cursor, wasAttached: true }
  const closed = { by: 'fatal', error } as const
  return { state: { ...initialState, status: 'closed', closed, error }, cursor, wasAttached: true }
}

/**
 * Prepares a connection for a new subscriber: sets the cursor to resume from, and returns the event to dispatch.
 *
 * @param initialCursor the cursor of an observer that has received nothing
 */
export function prepareAttach(
  { interpreter, subscriberList }: AnyConnection,
  { state: detachedState, cursor, wasAttached }: DetachedState,
  initialCursor?: string,
): MachineEvent {
  const { status } = interpreter.state
  const { idempotent } = interpreter.policy
  // Nothing was requested yet, so the connection can resume from the observer's cursor.
  const isUnrequested = status === 'idle' || (status === 'connecting' && !interpreter.isRequestSent)
  if (isUnrequested) interpreter.cursor ??= cursor ?? initialCursor
  if (status === 'idle' && staysClosed(detachedState, idempotent))
    return { type: 'close', closed: detachedState.closed }
  // Messages that arrived without a subscriber were not delivered, so they are requested again: without a cursor if none
  // was known before.
  const hasMissedMessages =
    !isUnrequested &&
    idempotent &&
    subscriberList.subscribers.size === 0 &&
    (cursor || (wasAttached && subscriberList.hasMissed)) &&
    cursor !== interpreter.cursor
  if (hasMissedMessages) interpreter.cursor = cursor
  return { type: hasMissedMessages && status !== 'backoff' ? 'reconnect' : 'subscribed' }
}

/** Returns whether a closed connection stays closed when its component mounts again. */
function staysClosed({ closed }: State, idempotent: boolean): boolean {
  return closed !== undefined && (!idempotent || closed.by === 'user' || closed.by === 'complete')
}

/** Returns whether it was closed for good, other than by `close()`. */
export function isClosedForGood({ state: { closed } }: DetachedState): boolean {
  return closed !== undefined && closed.by !== 'user'
}
