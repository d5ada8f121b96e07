import { type CommonFault, shapeOf, type StreamFault } from '../faults.ts'
import { type HttpResponse } from '../http.ts'
import { createWire, type Wire } from './wire.ts'

/** Above so many waiting bytes a stream waits instead of filling the server's memory. */
const HIGH_WATER = 1024 * 1024

/** The body of an answer that streams, and whatever fault it suffers. */
export interface EventBody {
  /** False while the receiver has enough to digest. */
  readonly ready: boolean
  /** Sends one whole event. False when nothing gets out any more. */
  event(text: string | Buffer): boolean
  /** Sends what is no event: a comment, a reconnection time. */
  aside(text: string): void
  end(): void
  /** Called whenever the receiver has caught up. */
  onDrain(listener: () => void): void
  /** Called once, when the answer is over, for whatever reason. */
  onClosed(listener: () => void): void
}

/** Where a fault strikes: before the event with this number, counted from 0, when so many of its bytes are out. */
interface Strike {
  readonly event: number
  readonly bytes: number
  readonly how: 'cut' | 'end' | 'silence'
}

const NEVER: Strike = { event: Infinity, bytes: 0, how: 'silence' }

function strikeOf(fault: CommonFault | StreamFault | undefined): Strike {
  switch (fault?.fault) {
    case 'cut':
      if ('afterBytes' in fault) return NEVER
      return { event: fault.afterEvents, bytes: fault.bytes, how: 'cut' }
    case 'end':
    case 'silence':
      return { event: fault.afterEvents, bytes: 0, how: fault.fault }
    default:
      return NEVER
  }
}

/** Sends no more than so many bytes, and tells when the last of them is out. */
function createValve(wire: Wire, room: number, onShut: () => void): (bytes: Buffer) => void {
  let left = room
  if (left === 0) onShut()
  return (bytes) => {
    const out = bytes.subarray(0, Math.min(left, bytes.length))
    left -= out.length
    if (out.length > 0) wire.send(out)
    if (left === 0) onShut()
  }
}

export function createEventBody(
  response: HttpResponse,
  fault: CommonFault | StreamFault | undefined,
): EventBody {
  const wire = createWire(response, shapeOf(fault))
  const strike = strikeOf(fault)
  const room = fault?.fault === 'cut' && 'afterBytes' in fault ? fault.afterBytes : Infinity
  let events = 0
  let state: 'open' | 'over' = 'open'

  function finish(how: Strike['how']): void {
    state = 'over'
    if (how === 'cut') wire.cut()
    if (how === 'end') wire.end()
  }

  /** Those that let no byte of the next event out do not wait for it. */
  function strikeBetween(): void {
    if (state === 'open' && events === strike.event && strike.bytes === 0) finish(strike.how)
  }

  const send = createValve(wire, room, () => finish('cut'))
  response.on('close', () => (state = 'over'))
  // A client may leave in the middle of a write; the close is all there is to see then.
  response.on('error', () => undefined)
  strikeBetween()
  return {
    get ready() {
      return wire.pending < HIGH_WATER
    },
    event(text) {
      if (state === 'over') return false
      const bytes = Buffer.from(text)
      if (events === strike.event) {
        send(bytes.subarray(0, strike.bytes))
        finish(strike.how)
        return false
      }
      send(bytes)
      events += 1
      strikeBetween()
      return true
    },
    aside(text) {
      if (state === 'open') send(Buffer.from(text))
    },
    end() {
      if (state === 'open') finish('end')
    },
    onDrain: wire.onDrain,
    onClosed: (listener) => void response.on('close', listener),
  }
}
