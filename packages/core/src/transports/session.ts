import { completeLimits, createOutbox } from '../web-socket/outbox.ts'
import type { OutgoingMessage } from '../web-socket/acks.ts'
import { createSender, emitDropped } from '../web-socket/session.ts'
import { isTautlineError } from '../shared/errors.ts'
import { createDriver } from './driver.ts'
import { REPLY } from './transport-option.ts'
import type { ConnectionSession, MultiConnection } from './types.ts'
import type { UpstreamHost, UpstreamSession } from './upstream.ts'

/** Creates the session of a shared connection: it runs the transports, and manages the outbox. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createConnectionSession(connection: MultiConnection): ConnectionSession {
  const outbox = createOutbox<OutgoingMessage>()
  const sender = createSender(connection, outbox)
  const driver = createDriver(connection)
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
    if (!active || !(upstream ?? upstreamSession)) return undefined
    return !active.transport.isDuplex || upstream?.always || countPosted() > 0
      ? (upstreamSession ??= upstream?.open(createUpstreamHost(connection)))
      : undefined
  }

  function postQueued(upstream: UpstreamSession): void {
    outbox.drain(({ raw, message }) => {
      try {
        upstream.send(raw, message)
      } catch (error) {
        // It would be rejected again. It is removed, so that the next messages are sent.
        if (isTautlineError(error)) connection.reportError(error)
      }
      return true
    })
  }

  return {
    ...sender,
    get active() {
      return driver.active?.transport
    },
    get shownName() {
      return driver.shownName
    },
    prepareAttempt: driver.open,
    isReply: (message) => message === REPLY,
    onMessage(message) {
      const { data, isValue } = message
      if (isValue || !sender.acks()?.receive(data as string)) connection.subscriberList.deliver(message) // as it has arrived
    },
    ping: () => callActive('ping'),
    unanswered: () => driver.active?.session.unanswered?.(),
    probe: () => callActive('probe'),
    isHeld: () => driver.active?.session.isHeld?.() ?? false,
    onPolicyChanged: driver.recheck,
    flushQueue() {
      const upstream = findUpstream()
      const { transport, handle } = driver.active ?? {}
      if (upstream) postQueued(upstream)
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
      const upstream = options?.queue === false || outbox.size > 0 ? undefined : findUpstream()
      return upstream ? upstream.send(raw, message) : sender.send(raw, options, message)
    },
  }
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
    onQueuedChange: () =>
      afterNotifications(() => {
        for (const subscriber of subscriberList.subscribers) subscriber.markChanged('queued')
      }),
    onSent() {},
    onDropped: (error) =>
      afterNotifications(() => emitDropped(error, environment, () => subscriberList.emit('error', error))),
  }
}
