import type { Attempt } from '../shared/attempt.ts'
import type { Environment } from '../platform/environment.ts'
import type { DropReason } from '../shared/errors.ts'
import { initialState, transition } from '../machine/connection-machine.ts'
import type {
  Effect,
  MachineEvent,
  EmittedEvent,
  Policy,
  State,
  TimerName,
} from '../machine/connection-state.ts'
import { createEventQueue } from './event-queue.ts'
import { runTransition } from '../observer/run-transition.ts'
import { createTimers } from '../platform/named-timers.ts'
import { pageEventsOf } from '../platform/page-events.ts'
import type { TransportEvents, TransportHandle, WhenClosed } from './transport.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'

/** What the interpreter needs from its protocol and its subscribers. */
export interface InterpreterHost<Raw> {
  readonly environment: Environment
  /** Resolves the URL and the credentials of an attempt. If it throws, the attempt has failed. */
  prepareAttempt(attempt: Attempt): OpenTransport<Raw> | Promise<OpenTransport<Raw>>
  /** True for the reply to a ping, which is not delivered. */
  isReply?(raw: Raw): boolean
  ping?(handle: TransportHandle): void
  /** The connection is lost, and has replied to no ping. */
  unanswered?(): void
  /** Sends the queued messages. */
  flushQueue?(handle: TransportHandle): void
  /** Checks a connection without a heartbeat after a page or network event. */
  probe?(handle: TransportHandle): void
  /** Drops the queued messages and reports them. */
  dropQueued?(why: DropReason): void
  /** Returns the outcome for an error of `prepareAttempt`. */
  classifyPrepareError(cause: unknown): Outcome
  onMessage(raw: Raw): void
  /** The cursor has moved without a message. */
  onCursor(): void
  onEvent(event: EmittedEvent, info: OpenInfo): void
  /** Emits `close` later, because only the platform knows how the closing handshake ends. */
  onClosing?(whenClosed: WhenClosed): void
  onStateChange(from: State, to: State, cause: string): void
  /** Whether the transport does not read now, because its subscribers are slow. */
  isHeld?(): boolean
  /** Returns whether the connection has no subscriber. */
  isUnused?(): boolean
  /** The connection is idle, because it has no subscriber. */
  onReleased(): void
}

/** Starts a prepared attempt. */
export type OpenTransport<Raw> = (on: TransportEvents<Raw>) => TransportHandle

export interface Interpreter {
  readonly state: State
  /** The current transport. Undefined unless the connection is open. */
  readonly handle: TransportHandle | undefined
  readonly policy: Policy
  /** What is known about the last connection that opened. */
  readonly openInfo: OpenInfo
  /** Whether the attempt was sent. */
  readonly isRequestSent: boolean
  /** The cursor after the last delivered message. The next attempt resumes from it. */
  cursor: string | undefined
  dispatch(event: MachineEvent): void
  configure(policy: Policy): void
  /** Runs a task that calls listeners, after the running notifications. */
  afterNotifications(task: () => void): void
  startTimer(timer: TimerName, ms: number): void
}

/** Creates the interpreter of one machine. It holds the state and runs the effects. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createInterpreter<Raw>(host: InterpreterHost<Raw>, initialPolicy: Policy): Interpreter {
  const { environment } = host
  let policy = initialPolicy
  let state = initialState
  let handle: TransportHandle | undefined
  /** The last transport that was closed. */
  let closedHandle: TransportHandle | undefined
  let controller: AbortController | undefined
  let info: OpenInfo = { protocol: '', url: '', headers: undefined }
  let lastActivityAt = 0
  let cursor: string | undefined
  let unsubscribe: (() => void) | undefined
  const timers = createTimers<TimerName>(environment, (timer) =>
    eventQueue.dispatch({ type: 'timeout', timer }),
  )
  const eventQueue = createEventQueue<MachineEvent>((event) => {
    const from = state
    const [to, effects] = runTransition(environment, policy, (currentPolicy, input) =>
      transition(state, event, currentPolicy, {
        ...input,
        lastActivityAt,
        isRequestSent: handle !== undefined,
        isUnused: host.isUnused?.() ?? false,
        isHeld: host.isHeld?.() ?? false,
      }),
    )
    state = to
    if (to !== from) {
      eventQueue.notify(() => host.onStateChange(from, to, event.type))
      updatePageSubscription(to.status !== 'idle' && to.status !== 'closed')
    }
    for (const effect of effects) perform(effect)
  })

  function updatePageSubscription(shouldSubscribe: boolean): void {
    if (shouldSubscribe)
      unsubscribe ??= pageEventsOf(environment).listen((pageEvent) =>
        eventQueue.dispatch({ type: 'pageEvent', pageEvent }),
      )
    else {
      unsubscribe?.()
      unsubscribe = undefined
    }
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        connect()
        break
      case 'closeTransport':
        controller?.abort()
        handle?.close(effect.code, effect.reason)
        closedHandle = handle
        controller = handle = undefined
        break
      case 'start':
        timers.start(effect.timer, effect.delayMs)
        break
      case 'stop':
        if (effect.timer) timers.stop(effect.timer)
        else timers.stopAll('closeDelay')
        break
      case 'emit':
        emit(effect.event)
        break
      case 'dropQueued':
        host.dropQueued?.(effect.why)
        break
      case 'released':
        host.onReleased()
        break
      default:
        if (handle) host[effect.type]?.(handle)
    }
  }

  function emit(event: EmittedEvent): void {
    const emittedInfo = info
    const whenClosed = event.type === 'close' && !event.error ? closedHandle?.whenClosed : undefined
    eventQueue.notify(() =>
      whenClosed && host.onClosing ? host.onClosing(whenClosed) : host.onEvent(event, emittedInfo),
    )
  }

  /** Connects in a microtask, so that opening, closing and opening again in one tick makes one attempt. */
  function connect(): void {
    const { epoch, attempt, error } = state
    const startAttempt = async () => {
      if (epoch !== state.epoch) return
      const { signal } = (controller = new AbortController())
      try {
        const prepared = host.prepareAttempt({ attempt, previous: error, signal, cursor })
        const openTransport = prepared instanceof Promise ? await prepared : prepared
        // The attempt may have been aborted while it waited for credentials.
        if (epoch !== state.epoch) return
        eventQueue.transact(() => {
          handle = openTransport(createTransportEvents(epoch))
          eventQueue.dispatch({ type: 'requestSent', epoch })
        })
      } catch (cause) {
        eventQueue.dispatch({ type: 'ended', epoch, outcome: host.classifyPrepareError(cause) })
      }
    }
    void Promise.resolve().then(startAttempt)
  }

  /** Moves the cursor with each delivery, not on arrival: messages that were not delivered are requested again. */
  function deliver(raw: Raw, id: string | undefined): void {
    if (id !== undefined) cursor = id
    host.onMessage(raw)
  }

  /** Its closure is not in `message`, where each message would allocate for it. */
  function deliverLater(epoch: number, raw: Raw, id: string | undefined): void {
    eventQueue.notify(() => epoch === state.epoch && deliver(raw, id))
  }

  /** Runs for every message, so it does only what is needed. */
  function recordActivity(): void {
    if (policy.heartbeat) lastActivityAt = environment.now()
    if (state.isSuspect) eventQueue.dispatch({ type: 'activity', epoch: state.epoch })
  }

  function createTransportEvents(epoch: number): TransportEvents<Raw> {
    return {
      opened(openInfo) {
        if (epoch !== state.epoch) return
        info = openInfo
        lastActivityAt = environment.now()
        eventQueue.dispatch({ type: 'opened', epoch })
      },
      provedUseful: () => eventQueue.dispatch({ type: 'provedUseful', epoch }),
      message(raw, id) {
        if (epoch !== state.epoch) return
        if (host.isReply) {
          recordActivity()
          if (policy.heartbeat && host.isReply(raw)) return eventQueue.dispatch({ type: 'reply', epoch })
        }
        if (!eventQueue.notifyNow(deliver, raw, id)) deliverLater(epoch, raw, id)
      },
      cursor(id) {
        eventQueue.notify(() => {
          if (epoch !== state.epoch) return
          cursor = id
          host.onCursor()
        })
      },
      activity() {
        if (epoch === state.epoch) recordActivity()
      },
      serverDelay: (ms) => eventQueue.dispatch({ type: 'serverDelay', epoch, delayMs: ms }),
      ended: (outcome) => eventQueue.dispatch({ type: 'ended', epoch, outcome }),
    }
  }

  return {
    get state() {
      return state
    },
    get handle() {
      return state.status === 'open' ? handle : undefined
    },
    get policy() {
      return policy
    },
    get openInfo() {
      return info
    },
    get isRequestSent() {
      return handle !== undefined
    },
    get cursor() {
      return cursor
    },
    set cursor(next) {
      cursor = next
    },
    dispatch: eventQueue.dispatch,
    configure(next) {
      const before = policy
      policy = next
      if (hasRelevantChange(before, next)) eventQueue.dispatch({ type: 'policyChanged' })
    },
    afterNotifications: eventQueue.notify,
    startTimer: timers.start,
  }
}

/** Returns whether a change affects an open or waiting connection now. Other options are read when they are needed. */
function hasRelevantChange(before: Policy, after: Policy): boolean {
  return (
    before.pauseOffline !== after.pauseOffline ||
    before.pauseHidden !== after.pauseHidden ||
    before.heartbeat?.settings !== after.heartbeat?.settings
  )
}
