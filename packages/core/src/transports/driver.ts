import { createEventQueue } from '../connection/event-queue.ts'
import type { OpenTransport } from '../connection/interpreter.ts'
import type { SharedConnection } from '../connection/protocol.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import { fallbackTransition, initialFallbackState } from '../machine/fallback-machine.ts'
import type { FallbackEffect, FallbackEvent, FallbackTimer } from '../machine/fallback-state.ts'
import { warnAboutMissingIds } from '../platform/dev-warnings.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { Attempt } from '../shared/attempt.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import { classifyResolveError } from '../shared/resolve-option.ts'
import { callSafely } from '../shared/safe-call.ts'
import type { ConnectionSession } from './session.ts'
import { createFallbackPolicy } from './fallback-policy.ts'
import { createMemory, watchNetwork } from './network.ts'
import type { AnyConnectionOptions } from './options.ts'
import { createPosition } from './position.ts'
import {
  REPLY,
  type RunnableTransport,
  type TransportHost,
  type TransportMessage,
  type TransportSession,
} from './transport-option.ts'

export type MultiConnection = SharedConnection<TransportMessage, AnyConnectionOptions, ConnectionSession>

/** A transport that was started and has not ended. */
export interface Running {
  readonly index: number
  readonly start: number
  readonly session: TransportSession
  readonly abortController: AbortController
  handle?: TransportHandle
  info: OpenInfo
  /** What the machine knows: each of these is reported once. */
  hasMessage: boolean
  isProved: boolean
}

/** Runs the transports of one shared connection. */
export interface Driver {
  /** The active transport while the connection is open. */
  readonly active: Running | undefined
  /** Begins a connect attempt. */
  open(attempt: Attempt): OpenTransport<TransportMessage>
  /** Calls back for each session that was created. */
  forEachSession(callback: (session: TransportSession) => void): void
  /** Stops to listen for changes of the network. @param isOther the next transports are other ones */
  stop(isOther: boolean): void
}

/** @param onSwitch called when another transport is active */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createDriver(connection: MultiConnection): Driver {
  const { environment } = connection
  const options = () => connection.primary.options
  const running = new Map<number, Running>()
  let hosts: TransportHost<never>[] = []
  let state = initialFallbackState
  let attempt: Attempt | undefined
  let on: TransportEvents<TransportMessage> | undefined
  /** The message that is delivered although messages before it are missing. */
  let acceptedId: string | undefined
  let hasMessageWithoutId = false
  let stopWatching: (() => void) | undefined
  const position = createPosition(
    (id, before) =>
      callSafely(() => options().isNext?.(id, before), environment, 'isNext') ?? true,
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
        return open(effect.start)
      case 'switched':
        return reportSwitch(effect)
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
