import type {
  FallbackEvent,
  FallbackInput,
  FallbackPolicy,
  FallbackState,
  FallbackStep,
} from './fallback-state.ts'

/** The state before the first connect attempt. */
export const initialFallbackState: FallbackState = {
  active: undefined,
  candidate: undefined,
  starts: 0,
  isOpen: false,
  left: 0,
  tried: [],
  outcome: undefined,
  failures: [],
  hopeless: [],
  stable: undefined,
  remembered: undefined,
  previous: undefined,
  upgradeWaitMs: undefined,
  upgradeAt: undefined,
  gap: undefined,
  gapAt: Number.NEGATIVE_INFINITY,
  handshakeMs: undefined,
}

export declare function fallbackTransition(
  state: FallbackState,
  event: FallbackEvent,
  policy: FallbackPolicy,
  input: FallbackInput,
): FallbackStep
