import { createUrl } from '../shared/create-url.ts'
import { TautlineError } from '../shared/errors.ts'
import { callSafely } from '../shared/safe-call.ts'
import { describeServer } from '../shared/urls.ts'
import type { IsNext, ResumedConnection } from './resume.ts'

/** What is known about the messages of one connection. */
interface Position {
  readonly destinationKey: string
  /** The ID of the last message of this attempt. The cursor follows when the listeners have received that message. */
  after: string | undefined
  /** Whether no message with an ID has arrived in this attempt. */
  isFirst: boolean
  /** The last message before the gap for which the connection was replaced. */
  retriedAfter: string | undefined
  /** When it was replaced, in ms since the epoch. */
  retriedAt: number
  /** How many times in a row a new connection has not brought the missing messages. */
  failures: number
  /** When this attempt began, in ms since the epoch. */
  startedAt: number
  /** Whether a new connection has brought missing messages. Another gap is a failure until a connection is stable. */
  hasFilledGap: boolean
}

const positions: WeakMap<object, Position> = /* @__PURE__ */ new WeakMap()

/**
 * Starts an attempt at the cursor, because messages that arrived and were not delivered are requested again. Returns the
 * cursor; undefined if there is none.
 */
export function startPosition(connection: ResumedConnection): string | undefined {
  const { destinationKey } = connection.identity
  const known = positions.get(connection)
  const before = known?.destinationKey === destinationKey ? known : undefined
  const after = connection.interpreter.cursor || undefined
  positions.set(connection, {
    retriedAfter: undefined,
    retriedAt: 0,
    failures: 0,
    ...before,
    // If the last connection did not end with a gap, it may have been stable.
    hasFilledGap: before?.retriedAfter !== undefined && before.hasFilledGap,
    destinationKey,
    after,
    isFirst: true,
    startedAt: connection.environment.now(),
  })
  return after
}

/**
 * Returns whether a message is delivered. Not if it was delivered before, nor if others are missing before it: then the
 * connection is replaced, unless that has just not helped. If it had to be replaced shortly before, it has failed.
 */
export function acceptMessage(
  connection: ResumedConnection,
  id: string | undefined,
  isNext: IsNext | undefined,
): boolean {
  const position = positions.get(connection)
  if (!position || id === undefined) return true
  const { after, isFirst, startedAt } = position
  position.isFirst = false
  if (position.hasFilledGap) {
    const { environment, interpreter } = connection
    position.hasFilledGap = Math.abs(environment.now() - startedAt) < interpreter.policy.stableAfterMs
  }
  if (id === after && (isFirst || isNext)) return false
  const isGap = isNext !== undefined && after !== undefined && isBehindGap(connection, isNext, id, after)
  if (isGap && mayReplace(position, after, connection.environment.now())) {
    position.retriedAfter = after
    position.retriedAt = connection.environment.now()
    replace(connection, position)
    return false
  }
  if (isGap) connection.reportError(gapError(connection, after, id))
  if (position.retriedAfter !== undefined && position.retriedAfter === after) {
    position.failures = isGap ? position.failures + 1 : 0
    // Without subscribers nothing was compared.
    position.hasFilledGap ||= !isGap && connection.subscriberList.subscribers.size > 0
    position.retriedAfter = undefined
  }
  position.after = id
  return true
}

/** Without subscribers no message is delivered. The first one that returns requests them again. */
function isBehindGap(
  { environment, subscriberList }: ResumedConnection,
  isNext: IsNext,
  id: string,
  after: string,
): boolean {
  if (subscriberList.subscribers.size === 0) return false
  return callSafely(() => isNext(id, after), environment, 'resume.isNext') === false
}

/** New connections that bring nothing must not become a loop: after three in a row they wait for longer and longer. */
const MAX_FAILURES_AT_ONCE = 3
const MAX_WAIT_MS = 60_000

function mayReplace({ retriedAfter, retriedAt, failures }: Position, after: string, now: number): boolean {
  if (retriedAfter === after) return false
  const waitMs = failures < MAX_FAILURES_AT_ONCE ? 0 : Math.min(MAX_WAIT_MS, 1000 * 2 ** failures)
  return Math.abs(now - retriedAt) >= waitMs
}

/** Replaces the connection: at once, or after the delay of a failure if the last one has lost messages, too. */
function replace(connection: ResumedConnection, { hasFilledGap }: Position): void {
  const { interpreter } = connection
  if (!hasFilledGap) return interpreter.dispatch({ type: 'reconnect' })
  const text = `Messages from ${describeServer(createUrl(interpreter.openInfo.url))} were missing again: after a delay the connection continues with them`
  const error = new TautlineError('closed', text, { closeCode: 1000, reason: '', wasClean: true })
  const { epoch } = interpreter.state
  interpreter.dispatch({ type: 'ended', epoch, outcome: { kind: 'retryable', error } })
}

function gapError({ interpreter }: ResumedConnection, after: string, before: string): TautlineError<'gap'> {
  const text = `Messages from ${describeServer(createUrl(interpreter.openInfo.url))} are missing, and a new connection does not bring them. Load what is between \`after\` and \`before\` of this error by a request.`
  return new TautlineError('gap', text, { after, before })
}
