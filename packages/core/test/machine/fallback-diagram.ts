import { isProved } from '../../src/machine/fallback-choice.ts'
import type { FallbackEvent, FallbackState } from '../../src/machine/fallback-state.ts'
import { type Arrow, drawDiagram } from './draw-diagram.ts'
import { fallbackPolicy } from './fallback-script.ts'
import { walkFallback } from './fallback-walk.ts'

const ORDER = ['idle', 'connecting', 'connectingTwo', 'open', 'openTwo', 'switching', 'switchingTwo']

/** Names a state by what its transports do. */
function shapeOf({ active, candidate, isOpen }: FallbackState): string {
  if (!active) return 'idle'
  const shape = !isOpen ? 'connecting' : isProved(active) ? 'open' : 'switching'
  return candidate ? `${shape}Two` : shape
}

/** Returns the label of an event in the diagram. */
function label(event: FallbackEvent, { active }: FallbackState): string {
  const role = 'start' in event && event.start !== active?.start ? 'candidate' : 'active'
  switch (event.type) {
    case 'timeout':
      return `${event.timer} timer`
    case 'opened':
    case 'proved':
    case 'message':
      return `${role} proved`
    case 'ended':
      return `${role} ended`
    case 'gap':
      return 'gap'
    default:
      return event.type
  }
}

/** Draws the machine that switches transports as a Mermaid state diagram, from the transitions of reachable states. */
export function fallbackDiagram(depth = 5): string {
  const arrows: Arrow[] = []
  for (const { from, event, to } of walkFallback(depth, fallbackPolicy, ['gap', 'memory'])) {
    // A message of a transport that has not proved itself is a proof first.
    if (event.type === 'gap' && from.active && !isProved(from.active)) continue
    const shapes = [shapeOf(from), shapeOf(to)] as const
    if (shapes[0] !== shapes[1]) arrows.push([...shapes, label(event, from)])
  }
  return drawDiagram(ORDER, arrows)
}
