import type { State } from '../machine/connection-state.ts'
import type { Snapshot } from './types.ts'

/** The last snapshot without data of each protocol. The idle hooks of a page share it, which may be thousands. */
const emptySnapshots = new WeakMap<object, Snapshot<unknown>>()

/**
 * Returns the frozen state of an observer, or the same object as before if nothing has changed.
 *
 * @param protocol an object for each protocol
 * @param protocolFields the fields that only snapshots of this protocol have
 */
export function createSnapshot(
  protocol: object,
  before: Snapshot<unknown> | undefined,
  state: State,
  data: unknown,
  protocolFields: object,
): Snapshot<unknown> {
  const { error, attempt, retryAt, waitingFor, closed } = state
  const next = {
    status: shownStatus(state),
    data,
    error,
    attempt,
    retryAt,
    waitingFor,
    closed,
    ...protocolFields,
  }
  const isSame = (one: Snapshot<unknown>) =>
    Object.entries(next).every(([field, value]) => Object.is(value, one[field as keyof typeof next]))
  if (before && isSame(before)) return before
  const isEmpty = data === undefined && !error && !closed
  const shared = isEmpty ? emptySnapshots.get(protocol) : undefined
  if (shared && isSame(shared)) return shared
  const snapshot = Object.freeze(next) as Snapshot<unknown> // the fields always match the status
  if (isEmpty) emptySnapshots.set(protocol, snapshot)
  return snapshot
}

const shownStatus = ({ status, isTentative }: State) =>
  isTentative && status === 'connecting' ? 'idle' : status

/** Returns whether a transition always notifies, only if this field is tracked, or never. */
export function classifyChange(from: State, to: State): 'always' | 'attempt' | 'latency' | undefined {
  const shouldAlwaysNotify =
    shownStatus(from) !== shownStatus(to) ||
    from.error !== to.error ||
    from.closed !== to.closed ||
    from.waitingFor !== to.waitingFor ||
    from.retryAt !== to.retryAt
  if (shouldAlwaysNotify) return 'always'
  if (from.attempt !== to.attempt) return 'attempt'
  return from.latency === to.latency ? undefined : 'latency'
}
