import { type Lane } from './lane.ts'
import { type ArmedFault, type Direction, type ProxyFault } from './rules.ts'

/** What a fault can do to a connection. */
export interface Victim {
  readonly lanes: Readonly<Record<Direction, Lane>>
  /** From here on neither side learns what becomes of the other. */
  mute(): void
  /** Ends both sides in order: what has been written still arrives. */
  drop(): void
  /** Ends both sides with RST. */
  reset(): void
  /** Runs when the head of the answer has passed; at once when it already has. */
  onceAnswered(act: () => void): void
}

const lanesOf = (victim: Victim, direction: Direction | 'both'): readonly Lane[] =>
  direction === 'both' ? Object.values(victim.lanes) : [victim.lanes[direction]]

function goQuiet(victim: Victim, direction: Direction | 'both'): void {
  victim.mute()
  for (const lane of lanesOf(victim, direction)) lane.swallow()
}

function strike(victim: Victim, fault: ProxyFault, struck: () => void): void {
  if (fault.fault === 'cut') {
    // It strikes with the next frame, and not a moment before.
    return victim.lanes['to-client'].cutNextFrame(fault.bytes, () => {
      struck()
      victim.drop()
    })
  }
  struck()
  switch (fault.fault) {
    case 'refuse':
    case 'drop':
      return victim.drop()
    case 'reset':
      return victim.reset()
    case 'stall':
      return goQuiet(victim, 'both')
    case 'half-open':
      return goQuiet(victim, fault.direction)
    case 'delay':
      for (const lane of lanesOf(victim, fault.direction)) lane.slow({ ms: fault.ms })
      return
    case 'throttle':
      for (const lane of lanesOf(victim, fault.direction)) lane.slow({ bytesPerSecond: fault.bytesPerSecond })
  }
}

/** Lets the fault strike when its trigger says so; `struck` is called just before it does. */
export function armFault(victim: Victim, { fault, trigger }: ArmedFault, struck: () => void): void {
  const act = (): void => strike(victim, fault, struck)
  switch (trigger.when) {
    case 'now':
      return act()
    case 'handshake':
      return victim.onceAnswered(act)
    case 'bytes':
    case 'frames':
      victim.lanes[trigger.counting].arm(trigger.when, trigger.amount, act)
  }
}
