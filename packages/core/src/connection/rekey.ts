import type { Identity } from '../shared/identity.ts'
import { connectionsIn } from './connection-pool.ts'
import type { SharedConnection } from './protocol.ts'

/** Knows a line by another identity from now on, where there is none of that yet; it goes on as it is. */
function reindexConnection(
  connection: Pick<SharedConnection<never, never, never>, 'identity' | 'environment'>,
  identity: Identity,
): boolean {
  const connections = connectionsIn(connection.environment)
  if (connections.has(identity.key)) return false
  connections.delete(connection.identity.key)
  connections.set(identity.key, connection)
  connection.identity = identity
  return true
}

/**
 * Other functions, or for a request that is not repeated other headers, are no other destination: the line goes on, and what they say counts
 * from the next attempt. An inline function is another object in every render.
 *
 * @param isAttached the hook is on the line, which it has left else
 * @returns false where the hook has to begin anew: there is another line by that name, or others were on this one, whose user may be another
 */
export function continueWithIdentity<Raw, Options, Own>(
  connection: SharedConnection<Raw, Options, Own>,
  isAttached: boolean,
  before: Identity,
  next: Identity,
  isNonRepeatable: boolean,
): boolean {
  // Other headers: it stays as a guest, and nobody who sends them finds what came for the old ones. So does one that is a guest already.
  if (before.headersKey !== next.headersKey) return isAttached
  if (isAttached && connection.identity.key !== before.key) return true
  const isIndexed = connectionsIn(connection.environment).get(before.key) === connection
  if (!isAttached)
    return (
      connection.subscriberList.subscribers.size === 0 && (!isIndexed || reindexConnection(connection, next))
    )
  if (connection.subscriberList.subscribers.size === 1)
    return reindexConnection(connection, next) || isNonRepeatable
  if (!isNonRepeatable) scheduleRegroup(connection)
  return true
}

/**
 * Takes a line to another destination, if nobody else is on it and no line is there yet.
 *
 * @param cursor where to start there
 */
export function rekeyConnection<Raw, Options, Own>(
  connection: SharedConnection<Raw, Options, Own>,
  identity: Identity,
  cursor: string | undefined,
): boolean {
  if (connection.subscriberList.subscribers.size > 1 || !reindexConnection(connection, identity)) return false
  connection.subscriberList.forgetReplay()
  connection.interpreter.cursor = cursor
  connection.applyPrimaryOptions()
  connection.interpreter.dispatch({ type: 'keyChanged' })
  return true
}

const regroupingConnections = new WeakSet<object>()

/**
 * Decides, when this tick is over, which hooks stay on a line of which one was given another function. Where all took the same one, as all
 * components do that share a renewed token, the line goes on. Else those with another function leave: it may stand for another user.
 */
function scheduleRegroup<Raw, Options, Own>(connection: SharedConnection<Raw, Options, Own>): void {
  if (regroupingConnections.has(connection)) return
  regroupingConnections.add(connection)
  queueMicrotask(() => {
    regroupingConnections.delete(connection)
    const subscribers = [...connection.subscriberList.subscribers]
    const [oldest] = subscribers
    const isIdentityInUse = subscribers.some(({ identity }) => identity?.key === connection.identity.key)
    if (!isIdentityInUse && oldest?.identity) reindexConnection(connection, oldest.identity)
    connection.applyPrimaryOptions()
    for (const subscriber of subscribers)
      if (subscriber.identity?.key !== connection.identity.key) subscriber.moveToOwnConnection()
  })
}
