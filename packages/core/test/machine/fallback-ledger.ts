import { isProved, usableTransports } from '../../src/machine/fallback-choice.ts'
import { fallbackTransition, initialFallbackState } from '../../src/machine/fallback-machine.ts'
import type {
  FallbackEffect,
  FallbackEvent,
  FallbackInput,
  FallbackPolicy,
  FallbackState,
  FallbackTimer,
} from '../../src/machine/fallback-state.ts'

/** Effects that may call user code. */
const CALLS = /^(opened|switched|gap|ended)$/

/** Throws instead of calling `expect`: the walk calls it some million times. */
function verify(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`Broken: ${promise}`)
}

/** Returns the numbers of the transports that have to run in a state. */
const startsOf = ({ active, candidate }: FallbackState): number[] =>
  [active?.start, candidate?.start].filter((start) => start !== undefined)

/** Returns the timers that have to run in a state. That of a fallback may run without one that could be started. */
export function timersOf(state: FallbackState, policy: FallbackPolicy): FallbackTimer[] {
  const { active, candidate, isOpen } = state
  if (!active) return []
  const timers: FallbackTimer[] = []
  const usable = usableTransports(state, policy)
  const isLeft = state.left > 0 && usable.some((transport) => !state.tried.includes(transport))
  if (!isProved(active) && isLeft) timers.push('fallback')
  if (isOpen && (candidate || !isProved(active))) timers.push('proofDeadline')
  const hasBetter = usable.some((transport) => transport < active.transport)
  if (isProved(active) && !candidate && hasBetter && policy.upgrade) timers.push('upgrade')
  return timers
}

const isSame = <Item>(one: ReadonlySet<Item>, other: readonly Item[]): boolean =>
  one.size === other.length && other.every((item) => one.has(item))

/** Follows the effects of one step as an interpreter would, and fails if one of them breaks a promise. */
export function checkStep(
  before: FallbackState,
  event: FallbackEvent,
  after: FallbackState,
  effects: readonly FallbackEffect[],
  policy: FallbackPolicy,
): void {
  const running = new Set(startsOf(before))
  if (event.type === 'ended') running.delete(event.start)
  const timers = new Set(timersOf(before, policy))
  if (event.type === 'timeout') timers.delete(event.timer)
  let active = before.active?.transport
  let endings = 0
  for (const effect of effects) {
    verify(endings === 0, 'nothing follows the end of an attempt')
    if (effect.type === 'start') {
      verify(effect.delayMs >= 0 && effect.delayMs < 2 ** 31, 'a timer can take its delay')
      timers.add(effect.timer)
    } else if (effect.type === 'stop') {
      if (effect.timer) timers.delete(effect.timer)
      else timers.clear()
    } else if (effect.type === 'startTransport') {
      verify(!running.has(effect.start) && effect.start > before.starts, 'a start has a new number')
      verify(usableTransports(after, policy).includes(effect.transport), 'only usable transports are started')
      running.add(effect.start)
      verify(running.size <= 2, 'at most two transports run')
    } else if (effect.type === 'closeTransport') {
      verify(running.delete(effect.start), 'what is closed was running')
    } else if (effect.type === 'switched') {
      verify(effect.from !== effect.to, 'a switch is one to another transport')
      active = effect.to
    } else if (effect.type === 'opened') {
      verify(!before.isOpen && after.isOpen, 'it opens once in an attempt')
    } else if (effect.type === 'ended') endings++
  }
  checkState(before, event, after, policy, { running, timers, active, endings })
  const firstCall = effects.findIndex(({ type }) => CALLS.test(type))
  verify(
    firstCall < 0 || effects.slice(firstCall).every(({ type }) => CALLS.test(type)),
    'effects that call user code are the last ones',
  )
}

interface Followed {
  readonly running: ReadonlySet<number>
  readonly timers: ReadonlySet<FallbackTimer>
  readonly active: number | undefined
  readonly endings: number
}

function checkState(
  before: FallbackState,
  event: FallbackEvent,
  after: FallbackState,
  policy: FallbackPolicy,
  { running, timers, active, endings }: Followed,
): void {
  const [own, candidate] = [after.active, after.candidate]
  verify(own !== undefined || candidate === undefined, 'a candidate runs beside an active transport only')
  verify(own?.transport !== candidate?.transport || !own, 'a transport does not run twice')
  verify(!candidate || !isProved(candidate), 'a candidate that has proved itself is active')
  verify(isSame(running, startsOf(after)), 'the running transports are those of the state')
  verify(isSame(timers, timersOf(after, policy)), 'the timers are those of the state')
  if (before.active && own && event.type !== 'connect')
    verify(active === own.transport, 'another active transport is reported')
  verify(!own || own.transport < policy.proofs.length, 'the active transport is in the list')
  verify(!after.isOpen || own !== undefined, 'an open connection has an active transport')
  if (own && isProved(own)) verify(after.isOpen, 'a transport that has proved itself opens the connection')
  if (event.type === 'close') verify(!own, 'close closes')
  if (before.active && !own) verify((event.type === 'close') !== endings > 0, 'an attempt is ended or closed')
  if (!before.active && event.type !== 'connect')
    verify(running.size === 0 && !own, 'without an attempt nothing is started')
}

/** A machine whose every step is checked. */
export interface FallbackLedger {
  readonly state: FallbackState
  /** When each running timer is due. */
  readonly timers: ReadonlyMap<FallbackTimer, number>
  /** How many transports were started. */
  readonly starts: number
  apply(event: FallbackEvent, input: FallbackInput): readonly FallbackEffect[]
}

export function createFallbackLedger(policy: FallbackPolicy): FallbackLedger {
  let state = initialFallbackState
  let starts = 0
  const timers = new Map<FallbackTimer, number>()
  return {
    get state() {
      return state
    },
    get starts() {
      return starts
    },
    timers,
    apply(event, input) {
      const before = state
      const [next, effects] = fallbackTransition(before, event, policy, input)
      state = next
      checkStep(before, event, next, effects, policy)
      if (event.type === 'timeout') timers.delete(event.timer)
      for (const effect of effects) {
        if (effect.type === 'start') timers.set(effect.timer, input.now + effect.delayMs)
        else if (effect.type === 'stop' && effect.timer) timers.delete(effect.timer)
        else if (effect.type === 'stop') timers.clear()
        else if (effect.type === 'startTransport') starts++
      }
      return effects
    },
  }
}
