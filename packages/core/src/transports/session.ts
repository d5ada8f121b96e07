import { createSender } from '../web-socket/session.ts'
import { createDriver } from './driver.ts'
import { REPLY } from './transport-option.ts'
import type { ConnectionSession, MultiConnection } from './types.ts'

/** Creates the session of a shared connection: it runs the transports, and manages the outbox. */
export function createConnectionSession(connection: MultiConnection): ConnectionSession {
  const sender = createSender(connection)
  const driver = createDriver(connection)
  return {
    ...sender,
    get active() {
      return driver.active?.transport
    },
    prepareAttempt: driver.open,
    isReply: (message) => message === REPLY,
    ping() {
      const { session, handle } = driver.active ?? {}
      if (handle) session?.ping?.(handle)
    },
    unanswered: () => driver.active?.session.unanswered?.(),
    probe() {
      const { session, handle } = driver.active ?? {}
      if (handle) session?.probe?.(handle)
    },
    isHeld: () => driver.active?.session.isHeld?.() ?? false,
    onPolicyChanged: driver.recheck,
    flushQueue(handle) {
      if (driver.active?.transport.isDuplex) sender.flushQueue?.(handle)
    },
    dropQueued(why) {
      sender.dropQueued?.(why)
      const { status } = connection.interpreter.state
      if (why === 'destination' || status === 'idle' || status === 'closed')
        driver.release(why === 'destination')
    },
  }
}
