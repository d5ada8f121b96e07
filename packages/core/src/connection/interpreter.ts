import type { Attempt } from '../shared/attempt.ts'
import { quickThenSpread } from '../shared/backoff.ts'
import type { Environment } from '../platform/environment.ts'
import { type DropReason, failure } from '../shared/errors.ts'
import { type Step, initialState, transition } from '../machine/connection-machine.ts'
import type { Effect, Event, Occurred, Policy, State, TimerName } from '../machine/connection-state.ts'
import { createMailbox } from './event-queue.ts'
import { createTimers } from '../platform/named-timers.ts'
import type { TransportEvents, TransportHandle } from './transport.ts'
import type { OpenInfo } from '../shared/hook-events.ts'
import type { Outcome } from '../shared/outcome.ts'

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
  /** Finds out whether a line lives that has no heartbeat: the page or the network has changed. */
  probe?(handle: TransportHandle): void
  /** Drops what waits, and says so. */
  discard?(why: DropReason): void
  /** How an error of `prepare` counts. */
  refuse(cause: unknown): Outcome
  message(raw: Raw): void
  /** The cursor has moved without a message. */
  moved(): void
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
  readonly policy: Policy
  /** The attempt has left the page. */
  readonly sent: boolean
  /** Behind what the listeners have been told; it outlives the attempts. Settable: where the next attempt goes on from. */
  cursor: string | undefined
  dispatch(event: Event): void
  configure(policy: Policy): void
  /** Runs what calls listeners after what is being said now: listeners never nest. */
  later(task: () => void): void
  start(timer: TimerName, ms: number): void
}

/** The ONE interpreter of the machine's effects. */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createConnection<Raw>(parts: ConnectionParts<Raw>, initialPolicy: Policy): Connection {
  const { environment } = parts
  let policy = initialPolicy
  let state = initialState
  let handle: TransportHandle | undefined
  let controller: AbortController | undefined
  let info: OpenInfo = { protocol: '', url: '', headers: undefined }
  let heard = 0
  let cursor: string | undefined
  let deaf: (() => void) | undefined
  const timers = createTimers<TimerName>(environment, (timer) => mailbox.post({ type: 'timeout', timer }))
  const mailbox = createMailbox<Event>((event) => {
    const from = state
    const [to, effects] = decide(event)
    state = to
    if (to !== from) {
      mailbox.say(() => parts.changed(from, to, event.type))
      listen(to.status !== 'idle' && to.status !== 'closed')
    }
    for (const effect of effects) perform(effect)
  })

  function decide(event: Event): Step {
    const stamp = { now: environment.now(), random: environment.random(), heard, sent: handle !== undefined }
    try {
      return transition(state, event, policy, stamp)
    } catch (error) {
      // A user's `delay` or `when` threw: it is reported, and the defaults decide.
      environment.reportError(failure('retry', error))
      return transition(state, event, { ...policy, delay: quickThenSpread(), when: undefined }, stamp)
    }
  }

  function listen(wanted: boolean): void {
    if (wanted) deaf ??= environment.signals((signal) => mailbox.post({ type: 'signal', signal }))
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
        timers.start(effect.timer, effect.wait)
        break
      case 'stop':
        if (effect.timer) timers.stop(effect.timer)
        else timers.stopAll('linger')
        break
      case 'emit': {
        const about = info
        mailbox.say(() => parts.occurred(effect.event, about))
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

  /** A microtask later: open, close and open again in one tick is one dial. */
  function dial(): void {
    const { epoch, attempt, error } = state
    const start = async () => {
      if (epoch !== state.epoch) return
      const { signal } = (controller = new AbortController())
      try {
        const prepared = parts.prepare({ attempt, previous: error, signal, cursor })
        const connect = prepared instanceof Promise ? await prepared : prepared
        // Given up while the credentials were on their way: nothing is opened.
        if (epoch === state.epoch) mailbox.run(() => (handle = connect(eventsOf(epoch))))
      } catch (cause) {
        mailbox.post({ type: 'ended', epoch, outcome: parts.refuse(cause) })
      }
    }
    void Promise.resolve().then(start)
  }

  /** The cursor moves with what is told, not with what has arrived: what nobody was told of is asked for again. */
  function told(raw: Raw, id: string | undefined): void {
    if (id !== undefined) cursor = id
    parts.message(raw)
  }

  function eventsOf(epoch: number): TransportEvents<Raw> {
    return {
      opened(opening) {
        if (epoch !== state.epoch) return
        info = opening
        heard = environment.now()
        mailbox.post({ type: 'opened', epoch })
      },
      useful: () => mailbox.post({ type: 'useful', epoch }),
      message(raw, id) {
        if (epoch !== state.epoch) return
        if (policy.heartbeat && parts.isReply) {
          heard = environment.now()
          if (parts.isReply(raw)) return mailbox.post({ type: 'reply', epoch })
        }
        // The hot path: no closure, no queue.
        if (!mailbox.sayNow(told, raw, id)) mailbox.say(() => epoch === state.epoch && told(raw, id))
      },
      cursor(id) {
        mailbox.say(() => {
          if (epoch !== state.epoch) return
          cursor = id
          parts.moved()
        })
      },
      activity() {
        if (policy.heartbeat && epoch === state.epoch) heard = environment.now()
      },
      hint: (ms) => mailbox.post({ type: 'hint', epoch, wait: ms }),
      ended: (outcome) => mailbox.post({ type: 'ended', epoch, outcome }),
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
    get sent() {
      return handle !== undefined
    },
    get cursor() {
      return cursor
    },
    set cursor(next) {
      cursor = next
    },
    dispatch: mailbox.post,
    configure(next) {
      const before = policy
      policy = next
      if (differ(before, next)) mailbox.post({ type: 'configured' })
    },
    later: mailbox.say,
    start: timers.start,
  }
}

/** Is it a difference for a line that is up, or waits? All else is looked at when it is needed. */
function differ(one: Policy, other: Policy): boolean {
  return (
    one.pauseOffline !== other.pauseOffline ||
    one.pauseHidden !== other.pauseHidden ||
    one.heartbeat?.interval !== other.heartbeat?.interval ||
    one.heartbeat?.timeout !== other.heartbeat?.timeout
  )
}
