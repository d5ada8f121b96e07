import { fallbackTransition, initialFallbackState } from '../../src/machine/fallback-machine.ts'
import { isProved } from '../../src/machine/fallback-choice.ts'
import type {
  FallbackEffect,
  FallbackEvent,
  FallbackPolicy,
  FallbackTimer,
  RememberedTransport,
  SwitchReason,
} from '../../src/machine/fallback-state.ts'
import { createPosition } from '../../src/transports/position.ts'
import { outcomeOf } from '../machine/fallback-script.ts'
import { createSchedule } from '../machine/schedule.ts'

/**
 * What a network does with one transport: it refuses it at once, rejects it for good, accepts it and closes it again,
 * leaves the handshake without a response, or opens it and passes no byte.
 */
export type Network = 'works' | 'refuses' | 'rejects' | 'closes' | 'ignores' | 'deaf'

/** A network from a time on, with what it does with each transport. */
export interface Period {
  readonly from: number
  readonly networks: readonly Network[]
  /** Running transports are cut off, or freeze without a report. Only where the network does not work any more. */
  readonly isCut: boolean
}

export interface Scenario {
  readonly policy: FallbackPolicy
  /** The first one begins at 0. */
  readonly periods: readonly Period[]
  /** When each message is published. Its ID is its number, beginning with 1. */
  readonly log: readonly number[]
  /** The longest time on the way, in ms. */
  readonly latency: number
  /** How long the listeners take for a message, in ms. */
  readonly listenerMs: number
  /** The share of the messages that the first transport loses, while the client finds gaps. */
  readonly swallowed: number
  readonly hasGapDetection: boolean
  readonly remembered?: number | undefined
  readonly random: () => number
  readonly until: number
}

/** Faults of the driver and of the machine that the tests have to find. */
export interface Mutation {
  readonly noDedupe?: boolean
  readonly noCursor?: boolean
  readonly transition?: typeof fallbackTransition
}

export interface Result {
  readonly delivered: readonly number[]
  /** When each message was delivered. */
  readonly times: readonly number[]
  readonly switches: readonly { readonly from: number; readonly to: number; readonly why: SwitchReason }[]
  /** The transports that were started, in order. */
  readonly started: readonly number[]
  /** The messages that no transport had, as the machine reports them. */
  readonly missing: readonly number[]
  /** The active transport at the end. */
  readonly active: number | undefined
  readonly remembered: number | undefined
}

/** The connection machine gives an attempt up after this time, in ms. */
const CONNECT_TIMEOUT = 10_000
/** A server sends something at least this often, in ms. */
const KEEP_ALIVE = 1000
/** Without a byte for this time, in ms, the connection machine closes the transport. */
const SILENCE = 3000

/** The transport that polls. */
const POLL = 2

interface Stream {
  readonly transport: number
  isFrozen: boolean
  isOver: boolean
  lastByteAt: number
  /** The ID of the last message that it has brought. */
  cursor: string
}

/** Runs the machine with a driver as small as possible, over transports of one log, in virtual time. */
export function simulateFallback(scenario: Scenario, mutation: Mutation = {}): Result {
  const { policy, periods, log, latency, random, until } = scenario
  const { at, run, now } = createSchedule()
  const transition = mutation.transition ?? fallbackTransition
  const streams = new Map<number, Stream>()
  const timers = new Map<FallbackTimer, () => void>()
  const position = createPosition(
    (id, before) => !scenario.hasGapDetection || Number(id) === Number(before) + 1,
  )
  /** The ID of the last message that was delivered. It begins before the first one, so that its loss is a gap. */
  let cursor = '0'
  const result = {
    delivered: [] as number[],
    times: [] as number[],
    switches: [] as { from: number; to: number; why: SwitchReason }[],
    started: [] as number[],
    missing: [] as number[],
    active: undefined as number | undefined,
    remembered: undefined as number | undefined,
  }
  let state = initialFallbackState
  let attempt = 0
  let epoch = 0
  let hint: RememberedTransport | undefined =
    scenario.remembered === undefined ? undefined : { transport: scenario.remembered, at: 0 }

  const networkOf = (transport: number): Network =>
    periods.findLast(({ from }) => from <= now())?.networks[transport] ?? 'works'

  /** The part of the connection machine that matters here. */
  function connect(): void {
    epoch++
    const own = epoch
    dispatch({ type: 'connect', attempt, remembered: hint })
    at(CONNECT_TIMEOUT, () => own === epoch && !state.isOpen && fail())
  }
  function fail(): void {
    dispatch({ type: 'close', isFailure: true })
    retry()
  }
  function retry(): void {
    attempt++
    epoch++
    const own = epoch
    at(random() * 1000 * Math.min(attempt, 8), () => own === epoch && connect())
  }

  function dispatch(event: FallbackEvent): readonly FallbackEffect[] {
    const [next, effects] = transition(state, event, policy, { now: now(), random: random() })
    state = next
    for (const effect of effects) follow(effect)
    return effects
  }

  function follow(effect: FallbackEffect): void {
    switch (effect.type) {
      case 'start':
        timers.get(effect.timer)?.()
        timers.set(
          effect.timer,
          at(effect.delayMs, () => void dispatch({ type: 'timeout', timer: effect.timer })),
        )
        break
      case 'stop':
        for (const [name, stop] of timers) if (!effect.timer || effect.timer === name) stop()
        break
      case 'startTransport':
        startTransport(effect.start, effect.transport, effect.from)
        break
      case 'closeTransport':
        end(effect.start)
        break
      case 'opened': {
        const own = epoch
        at(5000, () => own === epoch && (attempt = 0))
        break
      }
      case 'ended':
        if (effect.outcome.kind !== 'fatal') retry()
        break
      case 'switched':
        result.switches.push(effect)
        break
      case 'remember':
        hint = { transport: effect.transport, at: now() }
        break
      case 'forget':
        hint = undefined
        break
      case 'gap':
        for (let id = Number(effect.after ?? 0) + 1; id < Number(effect.before); id++) result.missing.push(id)
        break
    }
  }

  function end(start: number): void {
    const stream = streams.get(start)
    if (stream) stream.isOver = true
    streams.delete(start)
  }

  /** The transport reports its end. */
  function report(start: number, kind = 'retryable'): void {
    if (!streams.has(start)) return
    end(start)
    dispatch({ type: 'ended', start, outcome: outcomeOf(kind) })
  }

  function startTransport(start: number, transport: number, from: 'cursor' | 'position'): void {
    result.started.push(transport)
    if (from === 'cursor') position.restart(cursor)
    else if (streams.size > 0) position.compare()
    const stream: Stream = {
      transport,
      isFrozen: false,
      isOver: false,
      lastByteAt: now(),
      cursor: position.id ?? cursor,
    }
    streams.set(start, stream)
    const network = networkOf(transport)
    at(1 + random() * latency, () => {
      if (network === 'refuses') report(start)
      else if (network === 'rejects') report(start, 'fatal')
      else if (network !== 'ignores' && streams.has(start)) open(start, stream, network)
    })
  }

  function open(start: number, stream: Stream, network: Network): void {
    dispatch({ type: 'opened', start })
    if (network === 'closes') at(random() * latency, () => report(start))
    if (network !== 'works') return
    // The greeting is the proof.
    at(random() * latency, () => {
      if (streams.has(start) && !stream.isFrozen) dispatch({ type: 'proved', start })
    })
    const isWithoutCursor = mutation.noCursor && state.candidate?.start === start
    const published = log.findIndex((time) => time > now())
    const first = isWithoutCursor ? (published < 0 ? log.length : published) : Number(stream.cursor)
    send(start, stream, first)
    keepAlive(stream)
  }

  /** Sends the messages of the log in order, each one as soon as it is published. */
  function send(start: number, stream: Stream, expected: number): void {
    // The last transport is a poll, which sends its own cursor each time.
    const index = stream.transport === POLL ? Number(stream.cursor) : expected
    const time = log[index]
    if (time === undefined) return
    at(Math.max(0, time - now()) + random() * latency, () => {
      if (stream.isOver || stream.isFrozen) return
      stream.lastByteAt = now()
      // A gap is only seen at the next message.
      const isSwallowed = stream.transport === 0 && index + 1 < log.length && random() < scenario.swallowed
      if (!isSwallowed) receive(start, String(index + 1))
      send(start, stream, index + 1)
    })
  }

  function keepAlive(stream: Stream): void {
    at(KEEP_ALIVE, () => {
      if (stream.isOver || stream.isFrozen) return
      stream.lastByteAt = now()
      keepAlive(stream)
    })
  }

  function receive(start: number, id: string): void {
    const stream = streams.get(start)
    if (stream) stream.cursor = id
    dispatch({ type: 'message', start })
    if (!streams.has(start) || !mayDeliver(start, id)) return
    const own = epoch
    at(scenario.listenerMs, () => {
      // What was not delivered is dropped with its attempt.
      if (own !== epoch) return
      cursor = id
      result.delivered.push(Number(id))
      result.times.push(now())
    })
  }

  function mayDeliver(start: number, id: string): boolean {
    const { id: after } = position
    const verdict = position.advance(id, streams.size === 1)
    if (verdict === 'repeated') return mutation.noDedupe === true
    if (verdict === 'deliver') return true
    const effects = dispatch({ type: 'gap', start, after, before: id })
    const isAccepted = effects.some(({ type }) => type === 'gap')
    if (isAccepted) position.moveTo(id)
    return isAccepted
  }

  /** The heartbeat of the connection machine. */
  function watch(): void {
    at(500, () => {
      const { active, isOpen } = state
      const stream = active && streams.get(active.start)
      if (isOpen && active && isProved(active) && stream && now() - stream.lastByteAt >= SILENCE) fail()
      watch()
    })
  }

  for (const period of periods.slice(1))
    at(period.from, () => {
      for (const [start, stream] of streams)
        if (networkOf(stream.transport) !== 'works') {
          if (period.isCut) at(random() * latency, () => report(start))
          else stream.isFrozen = true
        }
    })
  connect()
  watch()
  run(until)
  return { ...result, active: state.active?.transport, remembered: hint?.transport }
}
