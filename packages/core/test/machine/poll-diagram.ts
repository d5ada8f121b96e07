import { type Arrow, drawDiagram } from './draw-diagram.ts'
import { type PollEdge, walkPolls } from './poll-walk.ts'

/** Returns the label of an event in the diagram. */
function label({ event, from }: PollEdge): string {
  switch (event.type) {
    case 'timeout':
      return { response: 'timeout', held: 'held for a second', next: 'due' }[event.timer]
    case 'handled':
      return from.phase === 'handling' && from.isPollRequested
        ? 'handled, after a page or network event'
        : 'handled'
    case 'pollNow':
      return 'page or network event'
    case 'policyChanged':
      return 'other options or subscribers'
    case 'opened':
      return 'head of the response'
    case 'ended':
      return 'failed'
    default:
      return event.type
  }
}

const ORDER = [
  'idle',
  'preparing',
  'opening',
  'requesting',
  'handling',
  'waiting',
  'broughtForward',
  'stopped',
]

/** Draws the polling machine as a Mermaid state diagram, from the transitions of every reachable state. */
export function pollDiagram(): string {
  const arrows: Arrow[] = []
  for (const edge of walkPolls(24))
    if (edge.from.phase !== edge.to.phase) arrows.push([edge.from.phase, edge.to.phase, label(edge)])
  return drawDiagram(ORDER, arrows)
}
