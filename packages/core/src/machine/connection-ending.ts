import {
  NORMAL_CLOSURE,
  dropQueued,
  emit,
  failureEffects,
  releaseEffects,
  resetState,
  withoutTransport,
} from './connection-effects.ts'
import type { Closed, MachineEvent, Policy, State, Step, TransitionInput } from './connection-state.ts'
import { closedGate } from './gates.ts'
import { stopTimer } from './timer-effects.ts'

/** Closes the connection until it is opened explicitly. */
export function closeForGood(state: State, closed: Closed): Step {
  const { error } = closed
  const effects = [...failureEffects(state, error), dropQueued('closed')]
  if (closed.by === 'exhausted') effects.push(emit({ type: 'give-up', attempts: state.attempt, error }))
  return [{ ...resetState(state, 'closed'), attempt: state.attempt, closed, error }, effects]
}

export function close(
  state: State,
  { code = 1000, reason = '', closed = { by: 'user' } }: Extract<MachineEvent, { type: 'close' }>,
): Step {
  if (state.status === 'closed') return [state, [stopTimer('closeDelay')]]
  const effects = [
    ...releaseEffects(state, { closeCode: code, reason, wasClean: true }),
    stopTimer('closeDelay'),
    dropQueued('closed'),
  ]
  return [{ ...resetState(state, 'closed'), closed }, effects]
}

/** Closes the connection because it has no subscriber. */
export function becomeIdle(state: State): Step {
  return [
    resetState(state, 'idle'),
    [
      ...releaseEffects(state, NORMAL_CLOSURE),
      stopTimer('closeDelay'),
      dropQueued('closed'),
      { type: 'released' },
    ],
  ]
}

/** Closes the connection because its URL function returned nothing. Its subscribers stay. */
export function waitForUrl(state: State): Step {
  return [resetState(state, 'idle'), [...releaseEffects(state, NORMAL_CLOSURE), dropQueued('closed')]]
}

/** Closes the transport until a gate opens, such as when the page is visible again. */
export function suspend(state: State, policy: Policy, input: TransitionInput): Step {
  const error = input.isRequestSent ? policy.interruptedError?.('page') : undefined
  if (error) return closeForGood(state, { by: 'fatal', error })
  return [
    { ...withoutTransport(state), status: 'backoff', waitingFor: closedGate(state, policy) },
    releaseEffects(state, NORMAL_CLOSURE),
  ]
}
