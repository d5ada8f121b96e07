import { expect } from 'vitest'
import { type Step, initialState, transition } from '../../src/machine/connection-machine.ts'
import type {
  Effect,
  MachineEvent,
  Policy,
  TransitionInput,
  State,
  TimerName,
} from '../../src/machine/connection-state.ts'

/** Follows the effects as the interpreter would, and records which timers run. */
export interface TimerLedger {
  readonly state: State
  readonly timers: ReadonlySet<TimerName>
  readonly connectCount: number
  apply(event: MachineEvent, stamp: TransitionInput): Step
}

/** A ledger that fails as soon as an effect breaks a promise of the machine. */
export function createTimerLedger(policy: Policy): TimerLedger {
  let state = initialState
  let live = false
  let emitted: 'open' | 'close' = 'close'
  let connectCount = 0
  const timers = new Set<TimerName>()

  function follow(effect: Effect): void {
    switch (effect.type) {
      case 'connect':
        expect(live, 'connects while a transport is live').toBe(false)
        live = true
        connectCount++
        break
      case 'closeTransport':
        live = false
        break
      case 'start':
        expect(effect.delayMs).toBeGreaterThanOrEqual(0)
        expect(Number.isFinite(effect.delayMs)).toBe(true)
        timers.add(effect.timer)
        break
      case 'stop':
        for (const timer of timers)
          if (timer === (effect.timer ?? timer) && (effect.timer || timer !== 'closeDelay'))
            timers.delete(timer)
        break
      case 'emit':
        if (effect.event.type !== 'open' && effect.event.type !== 'close') break
        expect(effect.event.type, 'open and close take turns').not.toBe(emitted)
        emitted = effect.event.type
        break
      case 'ping':
      case 'probe':
      case 'flushQueue':
        expect(live, `a ${effect.type} without a transport`).toBe(true)
        break
      default:
    }
  }

  return {
    get state() {
      return state
    },
    timers,
    get connectCount() {
      return connectCount
    },
    apply(event, stamp) {
      if (event.type === 'timeout') timers.delete(event.timer)
      const step = transition(state, event, policy, stamp)
      state = step[0]
      for (const effect of step[1]) follow(effect)
      check(state, timers, live, policy)
      expect(emitted, 'the last emitted event').toBe(state.status === 'open' ? 'open' : 'close')
      return step
    },
  }
}

function check(state: State, timers: ReadonlySet<TimerName>, live: boolean, policy: Policy): void {
  const { status } = state
  const running = [...timers].filter((timer) => timer !== 'closeDelay').toSorted()
  expect(live, `a live transport in ${status}`).toBe(status === 'connecting' || status === 'open')
  expect(state.attempt).toBeLessThanOrEqual(policy.limit)
  expect(state.waitingFor !== undefined).toBe(status === 'backoff')
  expect(state.closed !== undefined).toBe(status === 'closed')
  if (state.isSuspect) expect(live, 'a suspect has a transport').toBe(true)
  expect(state.retryAt !== undefined).toBe(state.waitingFor === 'timer')
  switch (status) {
    case 'connecting':
      expect(running).toEqual(state.isSuspect ? ['connect', 'heartbeat'] : ['connect'])
      break
    case 'backoff':
      expect(running).toEqual(state.waitingFor === 'timer' ? ['retry'] : [])
      break
    case 'open':
      expect(running.filter((timer) => timer !== 'stable' && timer !== 'drain')).toEqual(
        policy.heartbeat || state.isSuspect ? ['heartbeat'] : [],
      )
      break
    default:
      expect(running).toEqual([])
      if (status === 'idle' || state.closed?.by === 'user') expect(timers.has('closeDelay')).toBe(false)
  }
}
