import { completeLimits, createOutbox } from '../web-socket/outbox.ts'
import { markChanged } from '../connection/mark-changed.ts'
import type { TransportHandle } from '../connection/transport.ts'
import type { WireData } from '../shared/codec.ts'
import type { OutgoingMessage } from '../web-socket/acks.ts'
import { createSender, reportDrop } from '../web-socket/session.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { createDriver } from './driver.ts'
import { REPLY } from './transport-option.ts'
import type { ConnectionSession, MultiConnection } from './types.ts'
import type { UpstreamHost, UpstreamSession } from './upstream.ts'

/** Creates the session of a shared connection: it runs the transports, and manages the outbox. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createConnectionSession(connection: MultiConnection): ConnectionSession {
  const outbox = createOutbox<OutgoingMessage>()
  const driver = createDriver(connection)
  const sender = createSender(
    connection,
    outbox,
    () => connection.interpreter.handle && driver.active?.handle,
  )
  let upstreamSession: UpstreamSession | undefined
  const countPosted = () => upstreamSession?.countQueued() ?? 0

  function callActive(name: 'ping' | 'probe'): void {
    const { session, handle } = driver.active ?? {}
    if (handle) session?.[name]?.(handle)
  }

  /** Returns what sends messages instead of the active transport, so that none overtakes another. */
  function findUpstream(): UpstreamSession | undefined {
    const { upstream } = connection.primary.options
    const { active } = driver
    // Also while the connection is lost, so that one limit applies to all queued messages.
    if (countPosted() > 0) return upstreamSession
    return active && (!active.transport.isDuplex || upstream?.always)
      ? (upstreamSession ??= upstream?.open(createUpstreamHost(connection)))
      : undefined
  }

  /** Gives all waiting messages to the upstream: first those that an earlier transport has sent without confirmation. */
  function postQueued(upstream: UpstreamSession, handle: TransportHandle | undefined): void {
    const queue = sender.acks() ?? outbox
    queue.drain((item) => {
      try {
        upstream.send(item)
      } catch (error) {
        // It would be rejected again. It is removed, so that the next messages are sent.
        reportDrop(connection, isTautlineError(error, 'dropped') ? error : rejectedError(item, error))
      }
      return true
    }, handle)
  }

  return {
    ...sender,
    get active() {
      const { active } = driver
      // The newest options: `pings()` may have been added in a later render.
      return active && (connection.primary.options.transports[active.index] ?? active.transport)
    },
    get shownName() {
      return driver.shownName
    },
    prepareAttempt: driver.open,
    isReply: (message) => message === REPLY,
    onMessage(message) {
      const { data, raw = data, isValue, error } = message
      if (!isValue && sender.acks()?.receive(raw as WireData)) return // as it has arrived
      if (error) return connection.reportError(error)
      driver.onDelivery(message)
      connection.subscriberList.deliver(message)
    },
    ping: () => callActive('ping'),
    unanswered: () => driver.active?.session.unanswered?.(),
    probe: () => callActive('probe'),
    isHeld: () => driver.active?.session.isHeld?.() ?? false,
    onPolicyChanged: driver.recheck,
    flushQueue() {
      const upstream = findUpstream()
      const { transport, handle } = driver.active ?? {}
      if (upstream) postQueued(upstream, handle)
      else if (transport?.isDuplex && handle) sender.flushQueue?.(handle)
    },
    dropQueued(why) {
      sender.dropQueued?.(why)
      upstreamSession?.close(why)
      const { status } = connection.interpreter.state
      if (why === 'destination') upstreamSession = undefined
      if (why === 'destination' || status === 'idle' || status === 'closed')
        driver.release(why === 'destination')
    },
    countQueued: () => sender.countQueued() + countPosted(),
    send(raw, options, message) {
      const acks = sender.acks()
      const mustWait = acks?.mustWait() ?? outbox.size > 0
      const upstream = options?.queue === false || mustWait ? undefined : findUpstream()
      if (!upstream) return sender.send(raw, options, message)
      const item: OutgoingMessage = { raw, message }
      acks?.prepare(item)
      return upstream.send(item)
    },
  }
}

/** Creates the error of a queued message that the upstream did not take, because it has no valid key. */
function rejectedError({ raw, key, wasSent }: OutgoingMessage, cause: unknown): TautlineError<'dropped'> {
  const text = 'Dropped a queued message, because its key failed: see `messages` and `thrown`'
  const unconfirmed = wasSent && key !== undefined ? [key] : []
  return new TautlineError('dropped', text, { messages: [raw], why: 'failed', unconfirmed }, cause)
}

function createUpstreamHost(connection: MultiConnection): UpstreamHost {
  const { environment, subscriberList } = connection
  const { afterNotifications } = connection.interpreter
  return {
    environment,
    get options() {
      return connection.primary.options
    },
    current: () => connection.primary.options.upstream,
    limits: () => completeLimits(connection.primary.options.outbox),
    verifyIdentity: connection.verifyIdentity,
    onQueuedChange: () => markChanged(connection, 'queued'),
    onSent({ acksKey: key, message }) {
      if (key !== undefined) afterNotifications(() => subscriberList.emit('confirmed', { key, message }))
    },
    onDropped: (error) => reportDrop(connection, error),
  }
}
