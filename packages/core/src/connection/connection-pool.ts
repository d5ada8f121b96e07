import type {
  ProtocolSession,
  Protocol,
  SharedConnection,
  PrimaryOptions,
  SubscriberList,
  Subscriber,
} from './protocol.ts'
import { createSubscriberList } from './subscribers.ts'
import { type Interpreter, type InterpreterHost, createInterpreter } from './interpreter.ts'
import type { Environment } from '../platform/environment.ts'
import { isLoopback } from '../shared/urls.ts'
import { forEachLive } from '../shared/safe-call.ts'
import type { EmittedEvent, Policy } from '../machine/connection-state.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import { computeHeadersKey, isPrivate } from './identity.ts'
import type { Identity } from '../shared/identity.ts'
import {
  type ForgettableStore,
  type Scoped,
  type LogOutScope,
  registerStore,
  isInScope,
} from '../observer/log-out-registry.ts'
import { warnAboutUnsharedConnections } from '../platform/dev-warnings.ts'

/** The connections of an environment, by their keys. */
class ConnectionPool
  extends Map<string, SharedConnection<unknown, Scoped['options'], unknown>>
  implements ForgettableStore
{
  /** Closes the connections of a user who has logged out, also those without subscribers. */
  forget(scope: LogOutScope): void {
    const connections = Array.from(this.values())
    for (const { environment, primary, interpreter, subscriberList } of connections) {
      if (!isInScope(scope, { environment, options: primary.options })) continue
      subscriberList.forgetReplay()
      interpreter.cursor = undefined
      // After an explicit `close()` it stays closed.
      if (interpreter.state.closed?.by !== 'user') interpreter.dispatch({ type: 'unsubscribed', now: true })
    }
  }
}

const pools = new WeakMap<Environment, ConnectionPool>()

/** Returns the connections of an environment, by their keys. */
export function connectionsIn<Connection>(environment: Environment): Map<string, Connection> {
  let pool = pools.get(environment)
  if (!pool) {
    pool = new ConnectionPool()
    pools.set(environment, pool)
    registerStore(pool)
  }
  return pool as Map<string, unknown> as Map<string, Connection> // a key begins with its protocol, and so has one type
}

/** Returns the connection with this identity, and creates it if necessary. It opens with its first subscriber. */
export function getOrCreateConnection<Raw, Options, Session extends ProtocolSession<Raw>>(
  protocol: Protocol<Raw, Options, Session>,
  environment: Environment,
  identity: Identity,
  { url, options }: PrimaryOptions<Options>,
): SharedConnection<Raw, Options, Session> {
  const connections = connectionsIn<SharedConnection<Raw, Options, Session>>(environment)
  const existing = connections.get(identity.key)
  if (existing) return existing
  const connection = createSharedConnection(protocol, environment, identity, { url, options })
  warnAboutUnsharedConnections(identity, connections.values())
  connections.set(identity.key, connection)
  return connection
}

function createSharedConnection<Raw, Options, Session extends ProtocolSession<Raw>>(
  protocol: Protocol<Raw, Options, Session>,
  environment: Environment,
  identity: Identity,
  primary: PrimaryOptions<Options>,
): SharedConnection<Raw, Options, Session> {
  const subscriberList = createSubscriberList(
    protocol,
    (error) => environment.reportError(error),
    protocol.createReplay?.(primary.options, isPrivate(identity)),
    () => connection,
  )
  const connection = {
    identity,
    primary,
    primarySubscriber: undefined,
    environment,
    subscriberList,
    applyPrimaryOptions() {
      // Not a subscriber with another identity, which leaves after this tick: its options do not apply to the others.
      connection.primarySubscriber = findPrimarySubscriber(subscriberList.subscribers, connection.identity)
      if (connection.primarySubscriber)
        connection.primary = {
          url: connection.primarySubscriber.url,
          options: connection.primarySubscriber.options,
        }
      interpreter.configure(createPolicy(protocol, connection))
      session.onPolicyChanged?.()
    },
    verifyIdentity(attempt) {
      // A connection without subscribers is closed if its headers have changed.
      const hasOutdatedHeaders =
        subscriberList.subscribers.size === 0 &&
        computeHeadersKey(protocol, connection.primary.options) !== connection.identity.headersKey
      if (hasOutdatedHeaders) interpreter.dispatch({ type: 'unsubscribed', now: true })
      else forEachLive(subscriberList.subscribers, (subscriber) => subscriber.verifyIdentity(attempt))
    },
    reportError: (error) => interpreter.afterNotifications(() => subscriberList.emit('error', error)),
  } as SharedConnection<Raw, Options, Session> // the other members are added below
  const session = protocol.createSession(connection)
  // No getters: an object that has some is read by a hash table, for each message.
  Object.assign(connection, { session })
  const interpreter: Interpreter = createInterpreter(
    createInterpreterHost(connection, session),
    createPolicy(protocol, connection),
  )
  return Object.assign(connection, { interpreter })
}

function createPolicy<Options, Session extends ProtocolSession<never>>(
  protocol: Pick<Protocol<never, Options, Session>, 'createPolicy'>,
  {
    environment: { baseUrl },
    primary: { url, options },
    openedUrl,
    session,
  }: Pick<SharedConnection<never, Options, Session>, 'environment' | 'primary' | 'openedUrl' | 'session'>,
): Policy {
  const policy = protocol.createPolicy(url, options, session)
  const knownUrl = typeof url === 'function' ? (openedUrl ?? url) : url
  return policy.pauseOffline && isLoopback(knownUrl, baseUrl) ? { ...policy, pauseOffline: false } : policy
}

/** Applies the options again once the result of a URL function is known. */
function rememberUrl(
  connection: Pick<SharedConnection<never, unknown, never>, 'primary' | 'openedUrl' | 'applyPrimaryOptions'>,
  url: string,
): void {
  if (typeof connection.primary.url !== 'function' || url === connection.openedUrl) return
  connection.openedUrl = url
  connection.applyPrimaryOptions()
}

function createInterpreterHost<Raw, Options, Session extends ProtocolSession<Raw>>(
  connection: SharedConnection<Raw, Options, Session>,
  session: Session,
): InterpreterHost<Raw> {
  const { subscriberList, environment } = connection
  return {
    ...session,
    environment,
    prepareAttempt(attempt) {
      connection.verifyIdentity(attempt.attempt)
      return session.prepareAttempt(attempt)
    },
    isUnused: () => subscriberList.subscribers.size === 0,
    onMessage: session.onMessage ?? subscriberList.deliver,
    onCursor: () => forEachLive(subscriberList.subscribers, (subscriber) => subscriber.markChanged('cursor')),
    onEvent(event, info) {
      if (event.type === 'open') rememberUrl(connection, info.url)
      forwardEvent(subscriberList, event, info)
    },
    onStateChange(from, to, cause) {
      forEachLive(subscriberList.subscribers, (subscriber) => subscriber.onStateChange(from, to, cause))
    },
    onReleased() {
      const connections = connectionsIn(environment)
      if (connections.get(connection.identity.key) === connection) connections.delete(connection.identity.key)
    },
  }
}

function forwardEvent(
  { emit }: Pick<SubscriberList<never, never>, 'emit'>,
  event: EmittedEvent,
  info: OpenInfo,
): void {
  if (event.type === 'error') return emit('error', event.error)
  if (event.type === 'open') return emit('open', info)
  const { type, ...payload } = event
  emit(type, payload)
}

function findPrimarySubscriber<One extends Subscriber<never, unknown>>(
  subscribers: Iterable<One>,
  { key }: Identity,
): One | undefined {
  for (const subscriber of subscribers) if (subscriber.identity?.key === key) return subscriber
  return undefined
}
