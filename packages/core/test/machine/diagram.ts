import { type Arrow, drawDiagram } from './draw-diagram.ts'
import { type Edge, silentPolicy, walk, walkPolicy } from './machine-walk.ts'

const NO_BYTE = 'no byte after sleep or offline'

/** Returns the label of an event in the diagram. */
function label({ event, to, from }: Edge): string {
  if (from.isSuspect && event.type === 'timeout' && event.timer === 'heartbeat') return NO_BYTE
  if (to.closed?.by === 'exhausted') return 'attempts exhausted'
  switch (event.type) {
    case 'timeout':
      return (
        { connect: 'timeout.connect', heartbeat: 'no reply in time' }[event.timer as string] ??
        `${event.timer} timer`
      )
    case 'pageEvent':
      // `pagehide` and `hidden` close a healthy connection. Other page events only detect a missed deadline.
      if (from.status === 'open' && event.pageEvent !== 'pagehide' && event.pageEvent !== 'hidden')
        return 'no reply in time'
      if (from.status === 'connecting' && /^(online|visible|pageshow|wake|slept)$/.test(event.pageEvent))
        return 'page or network back after 10 s'
      return event.pageEvent === 'pagehide' ? 'page into the bfcache' : event.pageEvent
    case 'ended':
      return event.outcome.kind
    case 'unsubscribed':
    case 'subscribed':
      return event.type === 'subscribed' ? 'first subscriber' : 'last subscriber gone'
    case 'keyChanged':
      return 'destination changed'
    case 'checkLiveness':
      return 'no reply in time'
    case 'close':
    case 'open':
    case 'reconnect':
      return `${event.type}()`
    default:
      return from.status === to.status ? '' : event.type
  }
}

const ORDER = ['idle', 'connecting', 'open', 'backoff', 'closed']

/** Draws the machine as a Mermaid state diagram, from the transitions of every reachable state. */
export function stateDiagram(): string {
  const arrows: Arrow[] = []
  for (const edge of [...walk(12, walkPolicy), ...walk(12, silentPolicy)]) {
    // A new attempt within `connecting` (new credentials, reconnect) has an arrow too.
    const isNewAttempt = edge.from.status === 'connecting' && edge.to.epoch !== edge.from.epoch
    if (edge.from.status === edge.to.status && !isNewAttempt) continue
    arrows.push([edge.from.status, edge.to.status, label(edge)])
  }
  return drawDiagram(ORDER, arrows)
}
