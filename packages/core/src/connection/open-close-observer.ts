import { NORMAL_CLOSURE } from '../machine/connection-effects.ts'
import type { AnyOptions } from '../observer/base-observer.ts'
import type { ConnectionEventType } from '../observer/event-listeners.ts'
import type { ConnectionEventMap } from '../observer/events.ts'
import { ConnectionDataObserver } from './data-observer.ts'
import { cancelPendingClose, emitPendingClose, isClosePending } from './pending-close.ts'
import type { ProtocolSession, SharedConnection } from './protocol.ts'

/**
 * The part of a connection observer that emits `open` and `close` in turn, also if it joins an open connection or
 * leaves one.
 */
export abstract class OpenCloseObserver<
  Raw,
  Options extends AnyOptions,
  Session extends ProtocolSession<Raw>,
> extends ConnectionDataObserver<Raw, Options, Session> {
  /** Whether the last event of `open` and `close` was `open`. */
  #isShownOpen = false

  get expectsClose(): boolean {
    return this.#isShownOpen && !isClosePending(this)
  }

  override emit<Type extends ConnectionEventType>(
    type: Type,
    event: ConnectionEventMap<unknown>[Type],
  ): boolean {
    const isOpen = type === 'open'
    if (isOpen) emitPendingClose(this)
    if (isOpen || type === 'close') {
      if (this.#isShownOpen === isOpen) return false
      this.#isShownOpen = isOpen
    }
    return super.emit(type, event)
  }

  override onMessage(message: unknown, raw: Raw): void {
    const { connection } = this
    // If it joined inside a handler, messages of the same chunk arrive before the microtask of `scheduleMissedOpen`.
    if (!this.#isShownOpen && connection?.interpreter.handle) {
      this.emit('open', connection.interpreter.openInfo)
      if (this.connection !== connection || !connection.interpreter.handle) return
    }
    super.onMessage(message, raw)
  }

  /** Emits the `open` of a connection that was open when it was joined. StrictMode joins twice in one tick. */
  protected scheduleMissedOpen({ interpreter }: SharedConnection<Raw, Options, Session>): void {
    if (!interpreter.handle) return
    const emitIfJoined = () => {
      if (this.connection?.interpreter === interpreter && interpreter.handle)
        this.emit('open', interpreter.openInfo)
    }
    queueMicrotask(() => interpreter.afterNotifications(emitIfJoined))
  }

  /** Emits a pending `close` at once, or that of a connection which continues for others. */
  protected emitOwnClose(): void {
    emitPendingClose(this, NORMAL_CLOSURE)
    if (this.#isShownOpen) this.emit('close', { ...NORMAL_CLOSURE, error: undefined })
  }

  /** The last listener was removed. No handler of a component is called from now on. */
  protected forgetOpen(): void {
    // A client without a framework still has listeners of events.
    if (this.isFrameworkOwned) cancelPendingClose(this)
    if (!isClosePending(this)) this.#isShownOpen = false
  }
}
