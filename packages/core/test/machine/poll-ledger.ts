import { initialPollState, transitionPoll } from '../../src/machine/poll-machine.ts'
import type { PollPolicy, PollState, PollTimer } from '../../src/machine/poll-state.ts'
import type { RetryInput } from '../../src/machine/retry.ts'
import type { TestEffect, TestEvent } from './poll-walk.ts'

/** Follows the effects of the polling machine as its interpreter would, and records what is running. */
export interface PollLedger {
  readonly state: PollState
  /** When each running timer is due. */
  readonly timers: ReadonlyMap<PollTimer, number>
  /** When each poll began, oldest first. */
  readonly polls: readonly number[]
  apply(event: TestEvent, input: RetryInput, policy: PollPolicy): readonly TestEffect[]
}

/** The timers of each phase. While `opening`, the timer of a held request also runs, unless there is an interval. */
const RUNNING: Readonly<Record<PollState['phase'], readonly PollTimer[]>> = {
  idle: [],
  preparing: ['response'],
  opening: ['response'],
  requesting: ['response'],
  handling: [],
  waiting: ['next'],
  broughtForward: ['next'],
  stopped: [],
}

/** The progress of the current poll. The other phases have none. */
const POLLS: Readonly<Partial<Record<PollState['phase'], 'prepared' | 'sent'>>> = {
  preparing: 'prepared',
  opening: 'sent',
  requesting: 'sent',
}

/** Effects that may call user code. */
const CALLS = /^(prepare|send|opened|deliver|ended)$/

/** Throws instead of calling `expect`: property tests call it some hundred thousand times. */
function verify(isTrue: boolean, promise: string): void {
  if (!isTrue) throw new Error(`Broken: ${promise}`)
}

/** A ledger that fails as soon as an effect breaks a promise of the machine. */
export function createPollLedger(): PollLedger {
  let state = initialPollState
  /** The progress of the current poll. */
  let poll: 'none' | 'prepared' | 'sent' = 'none'
  const timers = new Map<PollTimer, number>()
  const polls: number[] = []

  function follow(effect: TestEffect, now: number): void {
    if (effect.type === 'start') {
      verify(effect.delayMs >= 0 && effect.delayMs < 2 ** 31, `a timer can take ${effect.delayMs} ms`)
      timers.set(effect.timer, now + effect.delayMs)
    } else if (effect.type === 'stop') {
      if (effect.timer) timers.delete(effect.timer)
      else timers.clear()
    } else if (effect.type === 'prepare') {
      verify(poll === 'none', 'a poll begins only after the last one has ended')
      poll = 'prepared'
      polls.push(now)
    } else if (effect.type === 'send') {
      verify(poll === 'prepared', 'a request that is sent was prepared')
      poll = 'sent'
    } else if (effect.type === 'abort' || effect.type === 'deliver') poll = 'none'
  }

  return {
    get state() {
      return state
    },
    timers,
    polls,
    apply(event, input, policy) {
      if (event.type === 'timeout') timers.delete(event.timer)
      const [next, effects] = transitionPoll(state, event, policy, input)
      state = next
      for (const effect of effects) follow(effect, input.now)
      const running = [...timers.keys()].filter((timer) => state.phase !== 'opening' || timer !== 'held')
      verify(String(running) === String(RUNNING[state.phase]), `${state.phase} has its own timers`)
      verify(poll === (POLLS[state.phase] ?? 'none'), `${state.phase} has its own poll`)
      verify(!effects.slice(0, -1).some(({ type }) => CALLS.test(type)), 'what calls user code is last')
      return effects
    },
  }
}
