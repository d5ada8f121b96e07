import { type CommonFault, shapeOf, type StreamFault } from '../faults.ts'
import { type HttpResponse } from '../http.ts'
import { createWire, type Wire } from './wire.ts'

/** Above this number of waiting bytes a stream pauses, so that it does not fill the server's memory. */
const HIGH_WATER = 1024 * 1024

/** The body of a streamed response, with a fault if there is one. */
export interface EventBody {
  /** False while too many bytes wait for the receiver. */
  readonly ready: boolean
  /** Sends one whole event. Returns false when the body has ended. */
  event(text: string | Buffer): boolean
  /** Sends text that is not an event: a comment, or a reconnection time. */
  sendRaw(text: string): void
  end(): void
  /** The listener is called whenever the receiver has caught up. */
  onDrain(listener: () => void): void
  /** The listener is called once, when the response has ended for any reason. */
  onClosed(listener: () => void): void
}

/** Where a fault applies: in the event with this number, counted from 0, after this number of its bytes. */
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

/** Sends at most `maxBytes`, and calls `onLimit` after the last of them. */
function createByteLimit(wire: Wire, maxBytes: number, onLimit: () => void): (bytes: Buffer) => void {
  let left = maxBytes
  if (left === 0) onLimit()
  return (bytes) => {
    const out = bytes.subarray(0, Math.min(left, bytes.length))
    left -= out.length
    if (out.length > 0) wire.send(out)
    if (left === 0) onLimit()
  }
}

export function createEventBody(
  response: HttpResponse,
  fault: CommonFault | StreamFault | undefined,
): EventBody {
  const wire = createWire(response, shapeOf(fault))
  const strike = strikeOf(fault)
  const maxBytes = fault?.fault === 'cut' && 'afterBytes' in fault ? fault.afterBytes : Infinity
  let events = 0
  let state: 'open' | 'over' = 'open'

  function finish(how: Strike['how']): void {
    state = 'over'
    if (how === 'cut') wire.cut()
    if (how === 'end') wire.end()
  }

  /** Applies a fault that sends no byte of the next event, without waiting for that event. */
  function strikeBetween(): void {
    if (state === 'open' && events === strike.event && strike.bytes === 0) finish(strike.how)
  }

  const send = createByteLimit(wire, maxBytes, () => finish('cut'))
  response.on('close', () => (state = 'over'))
  // A client may disconnect during a write. The close event is enough.
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
    sendRaw(text) {
      if (state === 'open') send(Buffer.from(text))
    },
    end() {
      if (state === 'open') finish('end')
    },
    onDrain: wire.onDrain,
    onClosed: (listener) => void response.on('close', listener),
  }
}
