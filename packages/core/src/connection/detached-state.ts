import type { Interpreter } from './interpreter.ts'
import { TautlineError } from '../shared/errors.ts'
import { initialState, isActive } from '../machine/connection-effects.ts'
import type { Identity } from '../shared/identity.ts'
import type { MachineEvent, State } from '../machine/connection-state.ts'

/** What a hook remembers of the line that it has left. */
export interface DetachedState {
  /** What it shows where there is no line: the state in which the last one was left, if that was final. */
  readonly state: State
  /** Behind what it has been told. */
  readonly cursor: string | undefined
}

/** What a hook shows before its framework has subscribed: mounting then costs no extra render, and hydration agrees. */
export const connectingState: State = { ...initialState, status: 'connecting' }
export const closedByUserState: State = { ...initialState, status: 'closed', closed: { by: 'user' } }

/** Of a hook without a URL. */
export const NO_IDENTITY: Identity = { key: '', destinationKey: '', headersKey: '', functionsKey: '' }

export const INITIAL_DETACHED: DetachedState = { state: initialState, cursor: undefined }

/** What of a line matters here. */
interface AnyConnection {
  readonly interpreter: Interpreter
  readonly subscriberList: { readonly subscribers: { readonly size: number } }
}

/** @param isGone its component went, and nobody else is on the line */
export function captureDetached({ interpreter }: AnyConnection, isGone: boolean): DetachedState {
  const { state, cursor } = interpreter
  if (!isGone || interpreter.policy.idempotent || !interpreter.isRequestSent || !isActive(state))
    return { state: state.closed ? state : initialState, cursor }
  // To come back is not to ask: what may be at work, or was paid for, is not asked for again by itself.
  const text = 'Its component went while the request was under way, which is not repeated by itself'
  const error = new TautlineError('interrupted', text, { by: 'component' })
  const closed = { by: 'fatal', error } as const
  return { state: { ...initialState, status: 'closed', closed, error }, cursor }
}

/**
 * How a hook comes to a line, or back to it: sets where the line is to go on from, and returns what it is to be told.
 *
 * @param initialCursor where a hook begins that was never here
 */
export function attachEvent(
  { interpreter, subscriberList }: AnyConnection,
  { state: detachedState, cursor }: DetachedState,
  initialCursor?: string,
): MachineEvent {
  const { status } = interpreter.state
  const { idempotent } = interpreter.policy
  // Nothing has been asked yet: a hook that was here before knows where to go on.
  const isUnrequested = status === 'idle' || (status === 'connecting' && !interpreter.isRequestSent)
  if (isUnrequested) interpreter.cursor ??= cursor ?? initialCursor
  if (status === 'idle' && staysClosed(detachedState, idempotent))
    return { type: 'close', closed: detachedState.closed }
  // What came while the line lingered was told to nobody: it is asked for again.
  const hasMissedMessages =
    !isUnrequested &&
    idempotent &&
    subscriberList.subscribers.size === 0 &&
    cursor &&
    cursor !== interpreter.cursor
  if (hasMissedMessages) interpreter.cursor = cursor
  return { type: hasMissedMessages && status !== 'backoff' ? 'reconnect' : 'subscribed' }
}

/** What was closed by hand, or has completed, stays so when its component comes back; what must not be asked twice, however it was closed. */
function staysClosed({ closed }: State, idempotent: boolean): boolean {
  return closed !== undefined && (!idempotent || closed.by === 'user' || closed.by === 'complete')
}

/** Was it left closed for good, and not by hand? */
export function isClosedForGood({ state: { closed } }: DetachedState): boolean {
  return closed !== undefined && closed.by !== 'user'
}
