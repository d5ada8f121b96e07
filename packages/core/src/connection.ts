import { quickThenSpread } from './backoff.ts'
import type { Environment } from './environment.ts'
import type { DropReason } from './errors.ts'
import { type Step, initialState, transition } from './lifecycle.ts'
import type { Effect, Event, Occurred, Outcome, Policy, State, TimerName } from './lifecycle-types.ts'
import type { OpenInfo, TransportEvents, TransportHandle } from './transport.ts'

/** What is known when an attempt begins. */
export interface Attempt {
  /** Retries so far: 0 for the first attempt. */
  readonly attempt: number
  /** Why the last attempt ended. */
  readonly previous: Error | undefined
  readonly signal: AbortSignal
}

/** What the interpreter is made of; it names no transport and no global. */
export interface ConnectionParts<Raw> {
  readonly environment: Environment
  /** Gathers what an attempt needs: URL, credentials. May take its time; throwing is a failed attempt. */
  prepare(attempt: Attempt): Dial<Raw> | Promise<Dial<Raw>>
  /** True for the reply to a ping, which no listener sees. */
  isReply?(raw: Raw): boolean
  ping?(handle: TransportHandle): void
  /** Sends what waits. */
  flush?(handle: TransportHandle): void
  /** Drops what waits, and says so. */
  discard?(why: DropReason): void
  /** How an error of `prepare` counts. */
  refuse(cause: unknown): Outcome
  message(raw: Raw): void
  occurred(event: Occurred, info: OpenInfo): void
  changed(from: State, to: State, cause: string): void
  /** Nobody uses the connection any more. */
  released(): void
}

/** Everything is at hand: makes the attempt. */
export type Dial<Raw> = (on: TransportEvents<Raw>) => TransportHandle

export interface Connection {
  readonly state: State
  /** The live resource; undefined unless the line is open. */
  readonly handle: TransportHandle | undefined
  dispatch(event: Event): void
  configure(policy: Policy): void
  /** Runs what calls listeners after what is being said now: listeners never nest. */
  later(task: () => void): void
  start(timer: TimerName, ms: number): void
}

/** The ONE interpreter of the machine's effects: a queue of events, named timers, the current state. */
export function createConnection<Raw>(parts: ConnectionParts<Raw>, initialPolicy: Policy): Connection {
  const { environment } = parts
  let policy = initialPolicy
  let state = initialState
  let handle: TransportHandle | undefined
  let controller: AbortController | undefined
  let info: OpenInfo = { protocol: '' }
  let heard = 0
  let deaf: (() => void) | undefined
  const timers = new Map<TimerName, unknown>()

  // State is committed at once, also when a listener dispatches; only what is said to listeners waits its turn.
  const events: Event[] = []
  let committing = false
  const said: (() => void)[] = []
  let speaking = false

  function dispatch(event: Event): void {
    events.push(event)
    commit()
  }

  function commit(task?: () => void): void {
    if (committing) return
    committing = true
    try {
      task?.()
      for (let event = events.shift(); event; event = events.shift()) step(event)
    } finally {
      committing = false
    }
    speak()
  }

  function speak(): void {
    if (speaking || committing) return
    speaking = true
    for (let task = said.shift(); task; task = said.shift()) task()
    speaking = false
  }

  function step(event: Event): void {
    const from = state
    const [to, effects] = decide(event)
    state = to
    if (to !== from) {
      said.push(() => parts.changed(from, to, event.type))
      listen(to.status !== 'idle' && to.status !== 'closed')
    }
    for (const effect of effects) perform(effect)
  }

  function decide(event: Event): Step {
    const stamp = { now: environment.now(), random: environment.random(), heard }
    try {
      return transition(state, event, policy, stamp)
    } catch (error) {
      // A user's `delay` or `when` threw: it is reported, and the defaults decide.
      environment.reportError(error)
      return transition(state, event, { ...policy, delay: quickThenSpread(), when: undefined }, stamp)
    }
  }

  function listen(wanted: boolean): void {
    if (wanted) deaf ??= environment.signals((signal) => dispatch({ type: 'signal', signal }))
    else {
      deaf?.()
      deaf = undefined
    }
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case 'dial':
        dial()
        break
      case 'abandon':
        controller?.abort()
        handle?.close(effect.code, effect.reason)
        controller = handle = undefined
        break
      case 'start':
        start(effect.timer, effect.wait)
        break
      case 'stop':
        for (const timer of effect.timer ? [effect.timer] : timers.keys()) {
          if (effect.timer || timer !== 'linger') stop(timer)
        }
        break
      case 'emit': {
        const about = info
        said.push(() => parts.occurred(effect.event, about))
        break
      }
      case 'discard':
        parts.discard?.(effect.why)
        break
      case 'released':
        parts.released()
        break
      default:
        if (handle) parts[effect.type]?.(handle)
    }
  }

  function start(timer: TimerName, ms: number): void {
    stop(timer)
    const fire = () => {
      timers.delete(timer)
      dispatch({ type: 'timeout', timer })
    }
    timers.set(timer, environment.setTimeout(fire, ms))
  }

  function stop(timer: TimerName): void {
    if (timers.has(timer)) environment.clearTimeout(timers.get(timer))
    timers.delete(timer)
  }

  /** A microtask later: open, close and open again in one tick is one dial. */
  function dial(): void {
    const { epoch, attempt, error } = state
    queueMicrotask(async () => {
      if (epoch !== state.epoch) return
      const { signal } = (controller = new AbortController())
      try {
        const prepared = parts.prepare({ attempt, previous: error, signal })
        const connect = prepared instanceof Promise ? await prepared : prepared
        // Given up while the credentials were on their way: nothing is opened.
        if (epoch === state.epoch) commit(() => (handle = connect(eventsOf(epoch))))
      } catch (cause) {
        dispatch({ type: 'ended', epoch, outcome: parts.refuse(cause) })
      }
    })
  }

  function eventsOf(epoch: number): TransportEvents<Raw> {
    return {
      opened(opening) {
        if (epoch !== state.epoch) return
        info = opening
        heard = environment.now()
        dispatch({ type: 'opened', epoch })
      },
      message(raw) {
        if (epoch !== state.epoch) return
        if (policy.heartbeat) {
          heard = environment.now()
          if (parts.isReply?.(raw)) return dispatch({ type: 'reply', epoch })
        }
        if (speaking || committing) {
          said.push(() => epoch === state.epoch && parts.message(raw))
          return
        }
        // The hot path: no closure, no queue.
        speaking = true
        parts.message(raw)
        speaking = false
        if (said.length > 0) speak()
      },
      activity() {
        heard = environment.now()
      },
      hint: (ms) => dispatch({ type: 'hint', epoch, wait: ms }),
      ended: (outcome) => dispatch({ type: 'ended', epoch, outcome }),
    }
  }

  return {
    get state() {
      return state
    },
    get handle() {
      return state.status === 'open' ? handle : undefined
    },
    dispatch,
    configure(next) {
      policy = next
    },
    later(task) {
      said.push(task)
      speak()
    },
    start,
  }
}
