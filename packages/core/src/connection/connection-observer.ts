import type { Subscriber, ProtocolSession, Protocol, SharedConnection } from './protocol.ts'
import type { AnyOptions } from '../observer/base-observer.ts'
import { OpenCloseObserver } from './open-close-observer.ts'
import { validateClose } from '../shared/close-codes.ts'
import { resolveEnvironment } from '../platform/browser.ts'
import { initialState } from '../machine/connection-machine.ts'
import type { State } from '../machine/connection-state.ts'
import { createIdentity, idOf, isSameDestination, mayHaveChanged } from './identity.ts'
import type { Identity } from '../shared/identity.ts'
import { applyNewOptions, rekeyConnection, continueWithIdentity } from './rekey.ts'
import { getOrCreateConnection, connectionsIn } from './connection-pool.ts'
import {
  INITIAL_DETACHED,
  NO_IDENTITY,
  closedByUserState,
  prepareAttach,
  isClosedForGood,
  captureDetached,
  connectingState,
} from './detached-state.ts'
import { isPausedForLogOut } from '../observer/log-out-registry.ts'
import { createSnapshot } from './snapshot.ts'
import type { Snapshot } from './types.ts'
import type { UrlOption } from '../shared/attempt.ts'
import { warnAboutUnstableIdentity, warnAboutConflictingOptions } from '../platform/dev-warnings.ts'

/**
 * One observer of a connection. A class, because a page may have thousands of observers, which then share the methods.
 */
export class ConnectionObserver<Raw, Options extends AnyOptions, Session extends ProtocolSession<Raw>>
  extends OpenCloseObserver<Raw, Options, Session>
  implements Subscriber<Raw, Options>
{
  url: UrlOption
  /** Undefined without a URL. */
  identity: Identity | undefined
  lastSequence = 0
  #isOpenedManually = false
  #detached = INITIAL_DETACHED
  /** Its non-idempotent request must not be repeated before `open()`, such as after a log-out. */
  #isSuspendedUntilOpen = false

  /** @param isFrameworkOwned a framework will subscribe: if enabled, the first status is `connecting` */
  constructor(
    protocol: Protocol<Raw, Options, Session>,
    url: UrlOption,
    options: Options,
    isFrameworkOwned: boolean,
  ) {
    protocol.validateOptions(options)
    super(protocol, options, resolveEnvironment(options.environment), isFrameworkOwned)
    this.url = url
    this.identity = this.#computeIdentity()
  }

  /** @param options every option may be missing */
  setOptions(url: UrlOption, options = {} as Options): void {
    const { options: before, protocol } = this
    const isSameUrl = url === this.url
    const mayMove =
      !isSameUrl || typeof url === 'object' || mayHaveChanged(protocol.keyOptions, before, options)
    if (!mayMove && options === before) return
    this.forgetIfLoggedOut()
    protocol.validateOptions(options)
    // `open()` stays in force until `close()`, or until `enabled` becomes false.
    if (options.enabled === false && before.enabled !== false) this.#isOpenedManually = false
    // If it was closed for good, enabling it connects again, unlike remounting its component.
    else if (before.enabled === false && options.enabled !== false) {
      this.#isSuspendedUntilOpen = false
      if (isClosedForGood(this.#detached)) this.#clearDetached()
    }
    this.url = url
    this.options = options
    const hasMoved = mayMove && this.#setIdentity(this.#computeIdentity())
    if (isSameUrl && options !== before) warnAboutUnstableIdentity(this, hasMoved, before, options)
    if (this.connection?.primarySubscriber === this) applyNewOptions(this.connection, !isSameUrl)
    this.#updateAttachment(true)
    // The new connection may have the same status, but it has other data.
    if (hasMoved) this.refresh()
    // The new `select` may select a change that the old one did not.
    if (this.isSnapshotStale && before.select !== options.select) this.notifyListeners()
  }

  #computeIdentity(url = this.url, options = this.options): Identity | undefined {
    return createIdentity(this.protocol, url, options, this.environment, () => idOf(this))
  }

  /** Sets the identity. Returns whether the observer started over without its data. */
  #setIdentity(next: Identity | undefined): boolean {
    const { identity: before } = this
    if (next?.key === before?.key) return false
    this.identity = next
    const isNonRepeatable = this.#isNonRepeatable(this.options)
    if (!before || !next || !isSameDestination(before, next, isNonRepeatable)) return this.#startOver()
    // Only a function has changed, or the headers of a non-idempotent request: the connection may continue.
    const connection = this.connection ?? this.lastConnection
    const isContinued =
      !connection ||
      continueWithIdentity(connection, connection === this.connection, before, next, isNonRepeatable)
    return !isContinued && this.#startOver(isNonRepeatable)
  }

  #isNonRepeatable(options: Options): boolean {
    return this.protocol.replaysWholeResponse?.(options) === true
  }

  /** True while its connection still has old headers, because the request must not be repeated. */
  get #hasOtherIdentity(): boolean {
    return (
      !!this.connection &&
      this.connection.identity.key !== this.identity?.key &&
      this.#isNonRepeatable(this.options)
    )
  }

  preview(url: UrlOption, options: Options): Snapshot<unknown> | undefined {
    const { protocol, identity } = this
    if (url === this.url && !mayHaveChanged(protocol.keyOptions, this.options, options)) return undefined
    const next = url ? this.#computeIdentity(url, options) : undefined
    if (identity && next && isSameDestination(identity, next, this.#isNonRepeatable(options)))
      return undefined
    return identity || next
      ? new ConnectionObserver(protocol, url, options, true).currentSnapshot()
      : undefined
  }

  /** Resets the data and moves to the connection of its identity. @param isSuspended wait for `open()` */
  #startOver(isSuspended = false): true {
    const { identity, connection, protocol, options } = this
    this.resetDataSilently()
    protocol.forgetSubscriber?.(this)
    this.#isSuspendedUntilOpen = isSuspended
    if (!identity || !connection || !rekeyConnection(connection, identity, protocol.initialCursor(options)))
      this.#detach(true)
    this.#detached = INITIAL_DETACHED
    this.lastConnection = undefined
    return true
  }

  verifyIdentity(attempt: number): void {
    // Without this limit, headers that differ each time they are read would prevent every attempt.
    if (this.rekeyCount > 2) return
    const hasMoved = this.#setIdentity(this.#computeIdentity())
    const shouldLeave = !hasMoved && this.#hasOtherIdentity && this.#startOver()
    // The first attempt is the request of another observer. A retry repeats this observer's own request.
    this.#isSuspendedUntilOpen ||= shouldLeave && attempt === 0
    if (!hasMoved && !shouldLeave) return
    this.rekeyCount++
    this.#updateAttachment(true)
  }

  moveToOwnConnection(): void {
    this.#startOver()
    this.#updateAttachment(true)
    this.refresh()
  }

  get shouldConnect(): boolean {
    if (!this.identity || this.#isSuspendedUntilOpen || isPausedForLogOut(this)) return false
    return this.options.enabled !== false || this.#isOpenedManually
  }

  forget(): void {
    const { connection, state: from } = this
    this.connection = undefined
    // After an explicit `close()` it stays closed.
    this.#detached =
      from.closed?.by === 'user' ? { ...INITIAL_DETACHED, state: closedByUserState } : INITIAL_DETACHED
    this.#isOpenedManually = false
    this.lastConnection = undefined
    this.#isSuspendedUntilOpen = this.#isNonRepeatable(this.options)
    this.protocol.forgetSubscriber?.(this)
    this.resetDataSilently()
    connection?.subscriberList.remove(this)
    // A handler of `close` may have opened it again.
    if (connection?.subscriberList.subscribers.size === 0)
      connection.interpreter.dispatch({ type: 'unsubscribed', now: true })
    this.emitOwnClose()
    if (this.eventListeners?.all.has('transition'))
      this.emit('transition', { from, to: this.state, cause: 'forget' })
    this.refresh()
  }

  resume(): void {
    this.#updateAttachment(true)
  }

  /** Attaches to its connection or detaches. @param shouldCloseNow without other subscribers, skip `closeDelay` */
  #updateAttachment(shouldCloseNow: boolean): void {
    const shouldAttach = this.shouldConnect && this.hasListeners
    if (shouldAttach && !this.connection) this.#attach()
    else if (this.connection && !shouldAttach) this.#detach(shouldCloseNow)
    if (shouldCloseNow && !this.connection) this.refresh()
  }

  #attach(): void {
    // The program may have mutated an object in the options, such as the body.
    this.#setIdentity(this.#computeIdentity())
    const connection = (this.connection = this.ensureConnection())
    const event = prepareAttach(connection, this.#detached, this.protocol.initialCursor(this.options))
    connection.subscriberList.add(this)
    this.#detached = INITIAL_DETACHED
    this.isSnapshotStale = true
    connection.applyPrimaryOptions()
    // A listener may have detached it again.
    if (this.connection === connection) connection.interpreter.dispatch(event)
    this.scheduleMissedOpen(connection)
    if (connection.primarySubscriber !== this)
      warnAboutConflictingOptions(connection.primary.options, this.options)
  }

  #detach(shouldCloseNow: boolean): void {
    const { connection } = this
    if (!connection) return
    const { subscriberList, interpreter } = connection
    const isLast = subscriberList.subscribers.size === 1
    this.connection = undefined
    this.lastConnection = connection
    this.#detached = captureDetached(connection, isLast && !shouldCloseNow)
    this.isSnapshotStale = true
    // Before it is removed, so that a disabled observer, which is still mounted, gets the closing events.
    if (isLast && shouldCloseNow) interpreter.dispatch({ type: 'unsubscribed', now: shouldCloseNow })
    subscriberList.remove(this)
    if (!isLast) connection.applyPrimaryOptions()
    else if (!shouldCloseNow) interpreter.dispatch({ type: 'unsubscribed' })
    // The others continue, but for this observer, which is still mounted, the connection has ended.
    if (shouldCloseNow) interpreter.afterNotifications(() => this.expectsClose && this.emitOwnClose())
  }

  /** Returns the connection of its identity, and creates it if necessary. */
  ensureConnection(): SharedConnection<Raw, Options, Session> {
    this.forgetIfLoggedOut()
    return (
      this.connection ??
      getOrCreateConnection(this.protocol, this.environment, this.identity ?? NO_IDENTITY, this)
    )
  }

  get state(): State {
    const detachedState = this.#detached.state
    if (this.connection) return this.connection.interpreter.state
    return detachedState === initialState && this.isFrameworkOwned && this.shouldConnect
      ? connectingState
      : detachedState
  }

  protected onListenersChange(): void {
    this.#updateAttachment(false)
    if (!this.hasListeners) this.forgetOpen()
  }

  /** Handles an explicit `open()` or `reconnect()`. */
  openManually(type: 'open' | 'reconnect'): void {
    this.forgetIfLoggedOut()
    if (!this.#setIdentity(this.#computeIdentity()) && this.#hasOtherIdentity) this.#startOver()
    this.#isOpenedManually = true
    this.#isSuspendedUntilOpen = false
    this.#clearDetached()
    this.#updateAttachment(true)
    this.connection?.interpreter.dispatch({ type })
  }

  /** Forgets the last state. A completed stream starts over, unless it can be resumed. */
  #clearDetached(): void {
    const subscriberList = this.connection?.subscriberList
    if (this.state.closed?.by === 'complete' && !this.#resumeCursor) {
      subscriberList?.forgetReplay()
      for (const subscriber of subscriberList?.subscribers ?? [this]) subscriber.resetData()
    }
    this.#detached = { ...this.#detached, state: INITIAL_DETACHED.state }
  }

  /** Handles an explicit `close()`. */
  closeManually(code?: number, reason?: string): void {
    validateClose(code, reason)
    this.#isOpenedManually = false
    const connection =
      this.connection ??
      connectionsIn<SharedConnection<Raw, Options, Session>>(this.environment).get(this.identity?.key ?? '')
    if (!this.connection) this.#detached = { ...this.#detached, state: closedByUserState }
    connection?.interpreter.dispatch({ type: 'close', code, reason })
    if (connection?.subscriberList.subscribers.size === 0)
      connection.interpreter.dispatch({ type: 'unsubscribed', now: true })
    if (!this.connection) this.refresh()
  }

  /** The current cursor, or the one to resume from. */
  get #resumeCursor(): string | undefined {
    return this.connection
      ? this.connection.interpreter.cursor
      : (this.#detached.cursor ?? this.protocol.initialCursor(this.options))
  }

  currentSnapshot(): Snapshot<unknown> {
    this.forgetIfLoggedOut()
    if (!this.isSnapshotStale && this.lastSnapshot) return this.lastSnapshot
    const { lastSnapshot, state, data, connection, protocol, options } = this
    const protocolFields = protocol.snapshotFields(state, this.#resumeCursor, connection?.session, options)
    return this.setSnapshot(createSnapshot(protocol, lastSnapshot, state, data, protocolFields))
  }
}
