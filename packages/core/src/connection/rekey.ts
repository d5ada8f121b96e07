import type { Identity } from '../shared/identity.ts'
import { linesOf } from './connection-pool.ts'
import type { Line } from './protocol.ts'

/** Knows a line by another identity from now on, where there is none of that yet; it goes on as it is. */
function renameLine(
  line: Pick<Line<never, never, never>, 'identity' | 'environment'>,
  identity: Identity,
): boolean {
  const lines = linesOf(line.environment)
  if (lines.has(identity.key)) return false
  lines.delete(line.identity.key)
  lines.set(identity.key, line)
  line.identity = identity
  return true
}

/**
 * Other functions, or for a request that is not repeated other headers, are no other destination: the line goes on, and what they say counts
 * from the next attempt. An inline function is another object in every render.
 *
 * @param isAttached the hook is on the line, which it has left else
 * @returns false where the hook has to begin anew: there is another line by that name, or others were on this one, whose user may be another
 */
export function takeAlong<Raw, Options, Own>(
  line: Line<Raw, Options, Own>,
  isAttached: boolean,
  before: Identity,
  next: Identity,
  isOnce: boolean,
): boolean {
  // Other headers: it stays as a guest, and nobody who sends them finds what came for the old ones. So does one that is a guest already.
  if (before.headers !== next.headers) return isAttached
  if (isAttached && line.identity.key !== before.key) return true
  const isKnown = linesOf(line.environment).get(before.key) === line
  if (!isAttached) return line.audience.ports.size === 0 && (!isKnown || renameLine(line, next))
  if (line.audience.ports.size === 1) return renameLine(line, next) || isOnce
  if (!isOnce) regroupLater(line)
  return true
}

/**
 * Takes a line to another destination, if nobody else is on it and no line is there yet.
 *
 * @param cursor where to start there
 */
export function moveLine<Raw, Options, Own>(
  line: Line<Raw, Options, Own>,
  identity: Identity,
  cursor: string | undefined,
): boolean {
  if (line.audience.ports.size > 1 || !renameLine(line, identity)) return false
  line.audience.reset()
  line.connection.cursor = cursor
  line.settle()
  line.connection.dispatch({ type: 'retarget' })
  return true
}

const regrouping = new WeakSet<object>()

/**
 * Decides, when this tick is over, which hooks stay on a line of which one was given another function. Where all took the same one, as all
 * components do that share a renewed token, the line goes on. Else those with another function leave: it may stand for another user.
 */
function regroupLater<Raw, Options, Own>(line: Line<Raw, Options, Own>): void {
  if (regrouping.has(line)) return
  regrouping.add(line)
  queueMicrotask(() => {
    regrouping.delete(line)
    const ports = [...line.audience.ports]
    const [oldest] = ports
    const isKept = ports.some(({ identity }) => identity?.key === line.identity.key)
    if (!isKept && oldest?.identity) renameLine(line, oldest.identity)
    line.settle()
    for (const port of ports) if (port.identity?.key !== line.identity.key) port.moveAway()
  })
}
