import { setImmediate } from 'node:timers/promises'
import { constants, createGzip } from 'node:zlib'
import { type Shape } from '../faults.ts'
import { abortResponse, type HttpResponse } from '../http.ts'

/** The output for the bytes of a body. */
export interface Wire {
  /** The number of bytes that are not sent yet. */
  readonly pending: number
  send(bytes: Buffer): void
  /** Ends the body when all bytes are sent. */
  end(): void
  /** Ends the connection when all bytes are sent, without the end of the body. */
  cut(): void
  /** The listener is called whenever all bytes are sent. */
  onDrain(listener: () => void): void
}

function createPlainWire(response: HttpResponse): Wire {
  const listeners = new Set<() => void>()
  let pending = 0
  let isCutting = false

  function onWritten(length: number): void {
    pending -= length
    if (pending > 0) return
    if (isCutting) return abortResponse(response, 'end')
    for (const listener of listeners) listener()
  }

  return {
    get pending() {
      return pending
    },
    send(bytes) {
      pending += bytes.length
      response.write(bytes, () => onWritten(bytes.length))
    },
    end: () => void response.end(),
    cut() {
      isCutting = true
      if (pending === 0) abortResponse(response, 'end')
    },
    onDrain: (listener) => void listeners.add(listener),
  }
}

/** Sends each piece in a separate turn of the event loop, so that the pieces usually arrive separately. */
function createPiecewiseWire(response: HttpResponse, split: (bytes: Buffer) => Iterable<Buffer>): Wire {
  const plain = createPlainWire(response)
  const queue: Buffer[] = []
  let queued = 0
  let state: 'idle' | 'sending' | 'gone' = 'idle'
  let onQueueSent: (() => void) | undefined

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
    onQueueSent?.()
  }

  function afterQueue(act: () => void): void {
    onQueueSent = act
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
    end: () => afterQueue(plain.end),
    cut: () => afterQueue(plain.cut),
    onDrain: (listener) => plain.onDrain(() => void (queued === 0 && listener())),
  }
}

/** Compresses with gzip, and flushes after each piece, as a good server does. */
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

/** Uses Latin-1, in which every byte is one character. */
const withLineEnds = (bytes: Buffer, lineEnd: string): Buffer =>
  Buffer.from(bytes.toString('latin1').replace(/\r\n|\r|\n/g, lineEnd), 'latin1')

function* eachByte(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1)
}

/** Splits after each CR, so that a parser must remember the CR at the end of a chunk. */
function* untilEachCr(bytes: Buffer): Iterable<Buffer> {
  let from = 0
  for (let cr = bytes.indexOf(0x0d); cr >= 0; cr = bytes.indexOf(0x0d, from)) {
    yield bytes.subarray(from, cr + 1)
    from = cr + 1
  }
  if (from < bytes.length) yield bytes.subarray(from)
}

const withTransform = (wire: Wire, transform: (bytes: Buffer) => Buffer): Wire => ({
  get pending() {
    return wire.pending
  },
  send: (bytes) => wire.send(transform(bytes)),
  end: wire.end,
  cut: wire.cut,
  onDrain: wire.onDrain,
})

export function createWire(response: HttpResponse, shape: Shape | undefined): Wire {
  switch (shape) {
    case 'one-byte':
      return createPiecewiseWire(response, eachByte)
    case 'crlf':
      return withTransform(createPiecewiseWire(response, untilEachCr), (bytes) => withLineEnds(bytes, '\r\n'))
    case 'cr':
      return withTransform(createPlainWire(response), (bytes) => withLineEnds(bytes, '\r'))
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
