import type { Identity } from '../shared/identity.ts'
import { connectionsIn } from './connection-pool.ts'
import type { SharedConnection } from './protocol.ts'

/** Moves a connection to another key, unless that key has a connection. The transport stays open. */
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
 * Continues a connection after a change of functions, such as inline functions in a render, or of the headers of a
 * request that must not be repeated. The new values apply to the next attempt.
 *
 * @param isAttached whether the observer still uses the connection
 * @returns false if the observer must start over: the new key has another connection, or this one was shared with
 *   observers that may belong to another user
 */
export function continueWithIdentity<Raw, Options, Session>(
  connection: SharedConnection<Raw, Options, Session>,
  isAttached: boolean,
  before: Identity,
  next: Identity,
  isNonRepeatable: boolean,
): boolean {
  // With other headers the connection keeps its old key, so that no observer with the new headers gets its messages.
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
 * Reconnects with another key, if the connection has no other subscriber and the key has no connection.
 *
 * @param cursor where to start with the new key
 */
export function rekeyConnection<Raw, Options, Session>(
  connection: SharedConnection<Raw, Options, Session>,
  identity: Identity,
  cursor: string | undefined,
): boolean {
  if (connection.subscriberList.subscribers.size > 1 || !reindexConnection(connection, identity)) return false
  connection.subscriberList.forgetReplay()
  connection.interpreter.cursor = cursor
  connection.applyPrimaryOptions()
  connection.interpreter.dispatch({ type: 'keyChanged' })
  // It was idle, because its URL function had returned nothing.
  connection.interpreter.dispatch({ type: 'open' })
  return true
}

/** Applies the new options of the primary subscriber. */
export function applyNewOptions<Raw, Options, Session>(
  connection: SharedConnection<Raw, Options, Session>,
  hasNewUrl: boolean,
): void {
  connection.applyPrimaryOptions()
  // The URL function before may have returned nothing.
  if (hasNewUrl) connection.interpreter.dispatch({ type: 'urlChanged' })
}

const regroupingConnections = new WeakSet<object>()

/**
 * Decides, after this tick, which subscribers keep a connection when one of them has a new function. If all have the
 * same new one, all stay. Otherwise those with another function leave, because it may belong to another user.
 */
function scheduleRegroup<Raw, Options, Session>(connection: SharedConnection<Raw, Options, Session>): void {
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
