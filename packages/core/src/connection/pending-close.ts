import type { CloseDetail } from '../shared/errors.ts'
import type { WhenClosed } from './transport.ts'
import type { SharedConnection, Subscriber } from './protocol.ts'

/** How long the server may take to confirm that a transport is closed, in ms. */
const CONFIRMATION_LIMIT_MS = 3000

/** How a connection has ended whose server has not confirmed the close (RFC 6455, section 7.1.5). */
const UNCONFIRMED: CloseDetail = { closeCode: 1006, reason: '', wasClean: false }

type Recipient = Pick<Subscriber<never, never>, 'emit'>

/** The subscribers that wait for a `close` event, and how each one stops waiting. */
const stopWaiting = new WeakMap<object, () => void>()

/** Returns whether the subscriber waits for the `close` event of its last transport. */
export const isClosePending = (subscriber: object): boolean => stopWaiting.has(subscriber)

/** Cancels the `close` event for which a subscriber waits. */
export function cancelPendingClose(subscriber: object): void {
  stopWaiting.get(subscriber)?.()
  stopWaiting.delete(subscriber)
}

/** Emits the `close` event for which a subscriber waits. */
export function emitPendingClose(subscriber: Recipient, detail = UNCONFIRMED): void {
  if (!isClosePending(subscriber)) return
  cancelPendingClose(subscriber)
  subscriber.emit('close', { ...detail, error: undefined })
}

/** Emits `close` when the platform has reported how the transport ended, or after a limit. */
export function emitCloseLater<Raw, Options, Session>(
  {
    environment,
    interpreter,
    subscriberList,
  }: Pick<SharedConnection<Raw, Options, Session>, 'environment' | 'interpreter' | 'subscriberList'>,
  whenClosed: WhenClosed,
): void {
  const recipients = new Set<Recipient>()
  const emitToAll = (detail?: CloseDetail) =>
    interpreter.afterNotifications(() => {
      for (const recipient of recipients) emitPendingClose(recipient, detail)
    })
  let timer: unknown
  for (const subscriber of subscriberList.subscribers) {
    if (!subscriber.expectsClose) continue
    recipients.add(subscriber)
    timer ??= environment.setTimeout(emitToAll, CONFIRMATION_LIMIT_MS)
    stopWaiting.set(subscriber, () => {
      recipients.delete(subscriber)
      if (recipients.size === 0) environment.clearTimeout(timer)
    })
  }
  if (recipients.size > 0) whenClosed(emitToAll)
}
