import type { Connection } from './interpreter.ts'
import { TautlineError } from '../shared/errors.ts'
import { initialState, isUp } from '../machine/connection-effects.ts'
import type { Identity } from '../shared/identity.ts'
import type { Event, State } from '../machine/connection-state.ts'

/** What a hook remembers of the line that it has left. */
export interface Memory {
  /** What it shows where there is no line: the state in which the last one was left, if that was final. */
  readonly state: State
  /** Behind what it has been told. */
  readonly cursor: string | undefined
}

/** What a hook shows before its framework has subscribed: mounting then costs no extra render, and hydration agrees. */
export const waiting: State = { ...initialState, status: 'connecting' }
export const closedByUser: State = { ...initialState, status: 'closed', closed: { by: 'user' } }

/** Of a hook without a URL. */
export const NOWHERE: Identity = { key: '', place: '', headers: '', givers: '' }

export const BLANK: Memory = { state: initialState, cursor: undefined }

/** What of a line matters here. */
interface AnyLine {
  readonly connection: Connection
  readonly audience: { readonly ports: { readonly size: number } }
}

/** @param gone its component went, and nobody else is on the line */
export function remember({ connection }: AnyLine, gone: boolean): Memory {
  const { state, cursor } = connection
  if (!gone || !connection.policy.once || !connection.sent || !isUp(state))
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
 * @param start where a hook begins that was never here
 */
export function comeTo(
  { connection, audience }: AnyLine,
  { state: left, cursor }: Memory,
  start?: string,
): Event {
  const { status } = connection.state
  const { once } = connection.policy
  // Nothing has been asked yet: a hook that was here before knows where to go on.
  const unasked = status === 'idle' || (status === 'connecting' && !connection.sent)
  if (unasked) connection.cursor ??= cursor ?? start
  if (status === 'idle' && stays(left, once)) return { type: 'close', closed: left.closed }
  // What came while the line lingered was told to nobody: it is asked for again.
  const missed = !unasked && !once && audience.ports.size === 0 && cursor && cursor !== connection.cursor
  if (missed) connection.cursor = cursor
  return { type: missed && status !== 'backoff' ? 'reconnect' : 'retain' }
}

/** What was closed by hand, or has completed, stays so when its component comes back; what must not be asked twice, however it was closed. */
function stays({ closed }: State, once: boolean): boolean {
  return closed !== undefined && (once || closed.by === 'user' || closed.by === 'complete')
}

/** Was it left closed for good, and not by hand? */
export function isOver({ state: { closed } }: Memory): boolean {
  return closed !== undefined && closed.by !== 'user'
}
