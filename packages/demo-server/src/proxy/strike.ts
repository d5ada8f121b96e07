import { type Lane } from './lane.ts'
import { type ArmedFault, type Direction, type ProxyFault } from './rules.ts'

/** The actions that a fault can apply to a connection. */
export interface FaultTarget {
  readonly lanes: Readonly<Record<Direction, Lane>>
  /** From now on the end of one side is not passed on to the other. */
  mute(): void
  /** Ends both sides with FIN. Written data still arrives. */
  drop(): void
  /** Ends both sides with RST. */
  reset(): void
  /** Calls `act` when the head of the response has passed, or at once when it already has. */
  onceResponded(act: () => void): void
}

const lanesOf = (target: FaultTarget, direction: Direction | 'both'): readonly Lane[] =>
  direction === 'both' ? Object.values(target.lanes) : [target.lanes[direction]]

function swallowAll(target: FaultTarget, direction: Direction | 'both'): void {
  target.mute()
  for (const lane of lanesOf(target, direction)) lane.swallow()
}

function strike(target: FaultTarget, fault: ProxyFault, onStrike: () => void): void {
  if (fault.fault === 'cut') {
    // It applies at the next frame, not before.
    return target.lanes['to-client'].cutNextFrame(fault.bytes, () => {
      onStrike()
      target.drop()
    })
  }
  onStrike()
  switch (fault.fault) {
    case 'refuse':
    case 'drop':
      return target.drop()
    case 'reset':
      return target.reset()
    case 'stall':
      return swallowAll(target, 'both')
    case 'half-open':
      return swallowAll(target, fault.direction)
    case 'delay':
      for (const lane of lanesOf(target, fault.direction)) lane.slow({ ms: fault.ms })
      return
    case 'throttle':
      for (const lane of lanesOf(target, fault.direction)) lane.slow({ bytesPerSecond: fault.bytesPerSecond })
  }
}

/** Applies the fault at its trigger. `onStrike` is called just before. */
export function armFault(target: FaultTarget, { fault, trigger }: ArmedFault, onStrike: () => void): void {
  const act = (): void => strike(target, fault, onStrike)
  switch (trigger.when) {
    case 'now':
      return act()
    case 'handshake':
      return target.onceResponded(act)
    case 'bytes':
    case 'frames':
      target.lanes[trigger.counting].arm(trigger.when, trigger.amount, act)
  }
}
