import { setImmediate } from 'node:timers/promises'
import { constants, createGzip } from 'node:zlib'
import { type Shape } from '../faults.ts'
import { breakOff, type HttpResponse } from '../http.ts'

/** Where the bytes of a body leave. */
export interface Wire {
  /** Bytes that have not left yet. */
  readonly pending: number
  send(bytes: Buffer): void
  /** Ends the body in order, when all has left. */
  end(): void
  /** Breaks the connection off, when all has left: the body never ends. */
  cut(): void
  /** Called whenever nothing is pending any more. */
  onDrain(listener: () => void): void
}

function createPlainWire(response: HttpResponse): Wire {
  const listeners = new Set<() => void>()
  let pending = 0
  let cutting = false

  function left(length: number): void {
    pending -= length
    if (pending > 0) return
    if (cutting) return breakOff(response, 'end')
    for (const listener of listeners) listener()
  }

  return {
    get pending() {
      return pending
    },
    send(bytes) {
      pending += bytes.length
      response.write(bytes, () => left(bytes.length))
    },
    end: () => void response.end(),
    cut() {
      cutting = true
      if (pending === 0) breakOff(response, 'end')
    },
    onDrain: (listener) => void listeners.add(listener),
  }
}

/** Sends each piece in a turn of its own, so that they arrive apart as far as TCP lets them. */
function createPiecewiseWire(response: HttpResponse, split: (bytes: Buffer) => Iterable<Buffer>): Wire {
  const plain = createPlainWire(response)
  const queue: Buffer[] = []
  let queued = 0
  let state: 'idle' | 'sending' | 'gone' = 'idle'
  let last: (() => void) | undefined

  async function send(): Promise<void> {
    state = 'sending'
    for (let bytes = queue.shift(); bytes !== undefined; bytes = queue.shift()) {
      for (const piece of split(bytes)) {
        await setImmediate()
        if (state !== 'sending') return
        queued -= piece.length
        plain.send(piece)
      }
    }
    state = 'idle'
    last?.()
  }

  function atLast(act: () => void): void {
    last = act
    if (state === 'idle') act()
  }

  response.on('close', () => (state = 'gone'))
  return {
    get pending() {
      return queued + plain.pending
    },
    send(bytes) {
      queue.push(bytes)
      queued += bytes.length
      if (state === 'idle') void send()
    },
    end: () => atLast(plain.end),
    cut: () => atLast(plain.cut),
    onDrain: (listener) => plain.onDrain(() => void (queued === 0 && listener())),
  }
}

/** Flushed after each piece, as a server does that compresses a stream and means well. */
function createGzipWire(response: HttpResponse): Wire {
  const plain = createPlainWire(response)
  const gzip = createGzip()
  let inside = 0
  gzip.on('data', plain.send)
  gzip.on('end', plain.end)
  response.on('close', () => gzip.destroy())
  return {
    get pending() {
      return inside + plain.pending
    },
    send(bytes) {
      inside += bytes.length
      gzip.write(bytes)
      gzip.flush(constants.Z_SYNC_FLUSH, () => (inside -= bytes.length))
    },
    end: () => void gzip.end(),
    cut: plain.cut,
    onDrain: (listener) => plain.onDrain(() => void (inside === 0 && listener())),
  }
}

/** As latin1, in which every byte is a character of its own. */
const withLineEnds = (bytes: Buffer, lineEnd: string): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, lineEnd), 'latin1')

function* eachByte(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1)
}

/** So that a parser has to remember the CR that a chunk ended with. */
function* untilEachCr(bytes: Buffer): Iterable<Buffer> {
  let from = 0
  for (let cr = bytes.indexOf(0x0d); cr >= 0; cr = bytes.indexOf(0x0d, from)) {
    yield bytes.subarray(from, cr + 1)
    from = cr + 1
  }
  if (from < bytes.length) yield bytes.subarray(from)
}

const asSent = (wire: Wire, bend: (bytes: Buffer) => Buffer): Wire => ({
  get pending() {
    return wire.pending
  },
  send: (bytes) => wire.send(bend(bytes)),
  end: wire.end,
  cut: wire.cut,
  onDrain: wire.onDrain,
})

export function createWire(response: HttpResponse, shape: Shape | undefined): Wire {
  switch (shape) {
    case 'one-byte':
      return createPiecewiseWire(response, eachByte)
    case 'crlf':
      return asSent(createPiecewiseWire(response, untilEachCr), (bytes) => withLineEnds(bytes, '\r\n'))
    case 'cr':
      return asSent(createPlainWire(response), (bytes) => withLineEnds(bytes, '\r'))
    case 'gzip':
      return createGzipWire(response)
    case 'bom': {
      const wire = createPlainWire(response)
      wire.send(Buffer.from('\uFEFF'))
      return wire
    }
    case undefined:
      return createPlainWire(response)
  }
}
