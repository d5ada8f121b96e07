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
import { decide } from '../observer/interpret.ts'
import { createTimers } from '../platform/named-timers.ts'
import { pageEventsOf } from '../platform/page-events.ts'
import type { TransportEvents, TransportHandle } from './transport.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'

/** What the interpreter is made of; it names no transport and no global. */
export interface InterpreterHost<Raw> {
  readonly environment: Environment
  /** Gathers what an attempt needs: URL, credentials. May take its time; throwing is a failed attempt. */
  prepareAttempt(attempt: Attempt): OpenTransport<Raw> | Promise<OpenTransport<Raw>>
  /** True for the reply to a ping, which no listener sees. */
  isReply?(raw: Raw): boolean
  ping?(handle: TransportHandle): void
  /** Sends what waits. */
  flushQueue?(handle: TransportHandle): void
  /** Finds out whether a line lives that has no heartbeat: the page or the network has changed. */
  probe?(handle: TransportHandle): void
  /** Drops what waits, and says so. */
  dropQueued?(why: DropReason): void
  /** How an error of `prepare` counts. */
  classifyPrepareError(cause: unknown): Outcome
  onMessage(raw: Raw): void
  /** The cursor has moved without a message. */
  onCursor(): void
  onEvent(event: EmittedEvent, info: OpenInfo): void
  onStateChange(from: State, to: State, cause: string): void
  /** Nobody uses the connection any more. */
  onReleased(): void
}

/** Everything is at hand: makes the attempt. */
export type OpenTransport<Raw> = (on: TransportEvents<Raw>) => TransportHandle

export interface Interpreter {
  readonly state: State
  /** The live resource; undefined unless the line is open. */
  readonly handle: TransportHandle | undefined
  readonly policy: Policy
  /** The attempt has left the page. */
  readonly isRequestSent: boolean
  /** Behind what the listeners have been told; it outlives the attempts. Settable: where the next attempt goes on from. */
  cursor: string | undefined
  dispatch(event: MachineEvent): void
  configure(policy: Policy): void
  /** Runs what calls listeners after what is being said now: listeners never nest. */
  afterNotifications(task: () => void): void
  startTimer(timer: TimerName, ms: number): void
}

/** The ONE interpreter of the machine's effects. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createInterpreter<Raw>(host: InterpreterHost<Raw>, initialPolicy: Policy): Interpreter {
  const { environment } = host
  let policy = initialPolicy
  let state = initialState
  let handle: TransportHandle | undefined
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
    const [to, effects] = decide(environment, policy, (current, drawn) =>
      transition(state, event, current, { ...drawn, lastActivityAt, isRequestSent: handle !== undefined }),
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
        controller = handle = undefined
        break
      case 'start':
        timers.start(effect.timer, effect.delayMs)
        break
      case 'stop':
        if (effect.timer) timers.stop(effect.timer)
        else timers.stopAll('closeDelay')
        break
      case 'emit': {
        const emittedInfo = info
        eventQueue.notify(() => host.onEvent(effect.event, emittedInfo))
        break
      }
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

  /** A microtask later: open, close and open again in one tick is one dial. */
  function connect(): void {
    const { epoch, attempt, error } = state
    const startAttempt = async () => {
      if (epoch !== state.epoch) return
      const { signal } = (controller = new AbortController())
      try {
        const prepared = host.prepareAttempt({ attempt, previous: error, signal, cursor })
        const openTransport = prepared instanceof Promise ? await prepared : prepared
        // Given up while the credentials were on their way: nothing is opened.
        if (epoch === state.epoch)
          eventQueue.transact(() => (handle = openTransport(createTransportEvents(epoch))))
      } catch (cause) {
        eventQueue.dispatch({ type: 'ended', epoch, outcome: host.classifyPrepareError(cause) })
      }
    }
    void Promise.resolve().then(startAttempt)
  }

  /** The cursor moves with what is told, not with what has arrived: what nobody was told of is asked for again. */
  function deliver(raw: Raw, id: string | undefined): void {
    if (id !== undefined) cursor = id
    host.onMessage(raw)
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
        if (policy.heartbeat && host.isReply) {
          lastActivityAt = environment.now()
          if (host.isReply(raw)) return eventQueue.dispatch({ type: 'reply', epoch })
        }
        // The hot path: no closure, no queue.
        if (!eventQueue.notifyNow(deliver, raw, id))
          eventQueue.notify(() => epoch === state.epoch && deliver(raw, id))
      },
      cursor(id) {
        eventQueue.notify(() => {
          if (epoch !== state.epoch) return
          cursor = id
          host.onCursor()
        })
      },
      activity() {
        if (policy.heartbeat && epoch === state.epoch) lastActivityAt = environment.now()
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

/** Is it a difference for a line that is up, or waits? All else is looked at when it is needed. */
function hasRelevantChange(before: Policy, after: Policy): boolean {
  return (
    before.pauseOffline !== after.pauseOffline ||
    before.pauseHidden !== after.pauseHidden ||
    before.heartbeat?.intervalMs !== after.heartbeat?.intervalMs ||
    before.heartbeat?.timeoutMs !== after.heartbeat?.timeoutMs
  )
}
