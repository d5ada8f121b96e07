import { createEventQueue } from '../connection/event-queue.ts'
import type { OpenTransport } from '../connection/interpreter.ts'
import { markChanged } from '../connection/mark-changed.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { isProved } from '../machine/fallback-choice.ts'
import { fallbackTransition, initialFallbackState } from '../machine/fallback-machine.ts'
import type { FallbackEffect, FallbackEvent, FallbackTimer } from '../machine/fallback-state.ts'
import { warnAboutMissingIds } from '../platform/dev-warnings.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { Attempt } from '../shared/attempt.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import type { WireData } from '../shared/codec.ts'
import { callSafely } from '../shared/safe-call.ts'
import { createFallbackPolicy } from './fallback-policy.ts'
import { readMemory, watchNetwork, writeMemory } from './network.ts'
import { createPosition } from './position.ts'
import { type Running, closeRunning, createHost, startRunning } from './running.ts'
import { REPLY, type TransportHost, type TransportMessage } from './transport-option.ts'
import type { MultiConnection } from './types.ts'

/** Runs the transports of one shared connection: at most two at a time, of which one is active. */
export interface Driver {
  /** The active transport while the connection is open. */
  readonly active: Running | undefined
  /** The name of the last transport that has proved itself, while the connection is open. */
  readonly shownName: string | undefined
  /** Begins a connect attempt. */
  open(attempt: Attempt): OpenTransport<TransportMessage>
  /** The options may have changed. */
  recheck(): void
  /** A message is delivered to the subscribers. An acknowledgement is not. */
  onDelivery(message: TransportMessage): void
  /** Called when the connection is idle or closed, or has other transports. */
  release(hasOtherTransports: boolean): void
}

type EffectOf<Type extends FallbackEffect['type']> = Extract<FallbackEffect, { type: Type }>

/** Creates the driver of a shared connection. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createDriver(connection: MultiConnection): Driver {
  const { environment } = connection
  const options = () => connection.primary.options
  const running = new Map<number, Running>()
  /** By the index of the transport. */
  let hosts: (TransportHost | undefined)[] = []
  let state = initialFallbackState
  let attempt: Attempt | undefined
  let on: TransportEvents<TransportMessage> | undefined
  /** The ID of a message that is delivered although those before it are missing. */
  let acceptedId: string | undefined
  let hasMessageWithoutId = false
  let stopWatching: (() => void) | undefined
  /** The switches since a transport has last proved itself. */
  let change: EffectOf<'switched'> | undefined
  /** Whether a transport has been shown since the connection was released. */
  let hasShown = false
  const position = createPosition(
    (id, before) => callSafely(() => options().isNext?.(id, before), environment, 'isNext') ?? true,
  )
  const timers = createTimers<FallbackTimer>(environment, (timer) =>
    queue.dispatch({ type: 'timeout', timer }),
  )
  const queue = createEventQueue<FallbackEvent>((event) => {
    const policy = createFallbackPolicy(options(), state.handshakeMs, environment)
    const input = { now: environment.now(), random: environment.random() }
    const [next, effects] = fallbackTransition(state, event, policy, input)
    state = next
    for (const effect of effects) perform(effect)
    reportChange()
  })

  function perform(effect: FallbackEffect): void {
    switch (effect.type) {
      case 'start':
        return timers.start(effect.timer, effect.delayMs)
      case 'stop':
        return effect.timer ? timers.stop(effect.timer) : timers.stopAll()
      case 'startTransport':
        return start(effect)
      case 'closeTransport':
        return close(running.get(effect.start))
      case 'opened':
        connection.applyPrimaryOptions()
        return on?.opened(running.get(effect.start)?.info ?? connection.interpreter.openInfo)
      case 'switched':
        change ??= effect
        if (state.isOpen) connection.applyPrimaryOptions()
        return sendQueued()
      case 'remember':
        return writeMemory(options(), environment, effect.transport)
      case 'forget':
        return writeMemory(options(), environment, undefined)
      case 'gap':
        return reportGap(effect)
      case 'ended':
        return on?.ended(effect.outcome)
    }
  }

  function start({ transport: index, start, from }: EffectOf<'startTransport'>): void {
    const transport = options().transports[index]
    if (!transport || !attempt) return
    if (from === 'cursor') position.restart(connection.interpreter.cursor || undefined)
    else if (running.size > 0) position.compare()
    if (running.size > 0 && position.id === undefined && hasMessageWithoutId) warnAboutMissingIds()
    const host = (hosts[index] ??= createHost(connection, index, transport))
    host.interpreter.cursor = position.id
    running.set(
      start,
      startRunning(host, { start, index, transport, attempt, cursor: position.id }, eventsOf),
    )
  }

  function close(run: Running | undefined, code?: number, reason?: string): void {
    if (!run) return
    running.delete(run.start)
    closeRunning(run, code, reason)
  }

  const findActive = () => state.active && running.get(state.active.start)
  const isActive = (run: Running) => run.start === state.active?.start

  /** Reports to the machine, once for each run, that a transport works. */
  function prove(run: Running, type: 'proved' | 'message'): void {
    if (run.proofs.has(type)) return
    run.proofs.add(type)
    queue.dispatch({ type, start: run.start })
  }

  function eventsOf(run: Running): TransportEvents<TransportMessage> {
    return {
      opened(info) {
        run.info = info
        queue.dispatch({ type: 'opened', start: run.start })
        // It may have been started again while the connection was open.
        if (isActive(run)) sendQueued()
      },
      provedUseful() {
        prove(run, 'proved')
        if (isActive(run)) on?.provedUseful()
      },
      // '' is no ID.
      message: (message, id) => receive(run, message, id || undefined),
      cursor(id) {
        // Beside another transport, the position is that of the one that is ahead.
        const isAhead = run.lastId === position.id
        run.lastId = id
        if (!isActive(run) || !isAhead) return
        position.moveTo(id)
        on?.cursor(id)
      },
      activity() {
        prove(run, 'proved')
        if (isActive(run)) on?.activity()
      },
      serverDelay: (ms) => isActive(run) && on?.serverDelay(ms),
      ended(outcome) {
        if (running.get(run.start) !== run) return
        close(run)
        // Without the URL of the best transport, the connection is idle. Without that of another one, others may work.
        const isIdle = outcome.kind === 'idle' && run.index > 0
        const known = isIdle ? { ...outcome, kind: 'retryable' as const } : outcome
        queue.dispatch({ type: 'ended', start: run.start, outcome: known })
      },
    }
  }

  function receive(run: Running, message: TransportMessage, id: string | undefined): void {
    if (running.get(run.start) !== run) return
    const isReply = message === REPLY
    prove(run, isReply ? 'proved' : 'message')
    // The machine may have closed it.
    if (running.get(run.start) !== run) return
    if (isReply ? isActive(run) : mayDeliver(run, id)) return on?.message(message, id)
    // A message that was delivered before shows that the connection is alive.
    if (isActive(run)) on?.activity()
    if (!isReply) confirm(message)
  }

  /** An acknowledgement may have the ID of the last message, instead of its own. */
  function confirm(message: TransportMessage): void {
    const { data, raw = data, isValue } = message
    const acks = connection.session.acks()
    if (acks && !isValue) connection.interpreter.afterNotifications(() => acks.receive(raw as WireData)) // as it arrived
  }

  /** Returns whether a message is new and, with `isNext`, the next one. */
  function mayDeliver(run: Running, id: string | undefined): boolean {
    // A message without an ID could not be recognized if it came over the other transport too.
    if (id === undefined) return isActive(run)
    const { id: after } = position
    run.lastId = id
    const verdict = position.advance(id, running.size === 1)
    if (position.isFull)
      for (const { start } of running.values())
        if (start !== run.start) queue.dispatch({ type: 'behind', start })
    if (verdict !== 'gap') return verdict === 'deliver'
    acceptedId = undefined
    queue.dispatch({ type: 'gap', start: run.start, after, before: id })
    if (acceptedId !== id) return false
    position.moveTo(id)
    return true
  }

  function reportGap({ after = '', before }: EffectOf<'gap'>): void {
    acceptedId = before
    const text =
      'Messages are missing: no transport has those between the IDs `after` and `before`. Load them otherwise.'
    connection.reportError(new TautlineError('gap', text, { after, before }))
  }

  const nameOf = (index: number) => options().transports[index]?.name ?? ''

  /** Reports another transport once it has proved itself. One that never does is not reported. */
  function reportChange(): void {
    const { active } = state
    if (!active || !isProved(active)) return
    hasShown = true
    if (!change) return
    const { from, why } = change
    change = undefined
    if (from === active.transport) return
    const event = { from: nameOf(from), to: nameOf(active.transport), why }
    markChanged(connection, 'transport')
    connection.interpreter.afterNotifications(() => connection.subscriberList.emit('transport', event))
  }

  /** Sends what is queued, if the connection is open. */
  const sendQueued = () => connection.interpreter.dispatch({ type: 'timeout', timer: 'drain' })

  function createHandle(): TransportHandle {
    let closed: TransportHandle | undefined
    return {
      send: (raw) => findActive()?.handle?.send?.(raw) ?? false,
      close(code, reason) {
        const active = findActive()
        closed = active?.handle
        close(active, code, reason)
        // A failed connection is closed without a code. Otherwise the error may be that of an earlier attempt.
        const { error } = connection.interpreter.state
        const isFailure = code === undefined && isTautlineError(error, 'timeout')
        queue.dispatch({ type: 'close', isFailure })
      },
      get whenClosed() {
        return closed?.whenClosed
      },
      get bufferedAmount() {
        return findActive()?.handle?.bufferedAmount ?? 0
      },
    }
  }

  return {
    get active() {
      return state.isOpen ? findActive() : undefined
    },
    get shownName() {
      // While no other one has proved itself, the last one that has is shown.
      const index = (hasShown ? change?.from : undefined) ?? state.active?.transport
      return state.isOpen && index !== undefined ? nameOf(index) : undefined
    },
    open: (nextAttempt) => (events) => {
      attempt = nextAttempt
      on = events
      stopWatching ??= watchNetwork(environment, queue.dispatch)
      const remembered = readMemory(options(), environment)
      queue.dispatch({ type: 'connect', attempt: attempt.attempt, remembered })
      return createHandle()
    },
    recheck() {
      for (const host of hosts) host?.session?.onPolicyChanged?.()
    },
    onDelivery({ id }) {
      hasMessageWithoutId ||= id === undefined
    },
    release(hasOtherTransports) {
      change = undefined
      hasShown = false
      if (hasOtherTransports) {
        state = { ...initialFallbackState, starts: state.starts }
        hosts = []
      } else {
        stopWatching?.()
        stopWatching = undefined
      }
    },
  }
}
