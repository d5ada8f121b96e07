/** The header of a WebSocket frame (RFC 6455, section 5.2). */
export interface FrameHeader {
  readonly opcode: number
  readonly fin: boolean
  readonly masked: boolean
  /** The length of the payload, in bytes. */
  readonly length: number
  /** The length of header and payload together, in bytes. */
  readonly total: number
}

/** A part of the stream that contains no boundary inside. */
export interface Piece {
  readonly bytes: Buffer
  /** The header of the frame, on the piece that begins it. */
  readonly startsFrame?: FrameHeader
  /** True on the piece that ends a frame. */
  readonly endsFrame?: boolean
  /** The status, on the piece that ends the head of an HTTP response. */
  readonly status?: number
}

/** Reads the header at the beginning of the bytes. Returns undefined when it is incomplete. */
export function readFrameHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < 2) return undefined
  const first = bytes.readUInt8(0)
  const second = bytes.readUInt8(1)
  const masked = (second & 0x80) !== 0
  const short = second & 0x7f
  const extended = short === 127 ? 8 : short === 126 ? 2 : 0
  const size = 2 + extended + (masked ? 4 : 0)
  if (bytes.length < size) return undefined
  const length =
    extended === 8 ? Number(bytes.readBigUInt64BE(2)) : extended === 2 ? bytes.readUInt16BE(2) : short
  return { opcode: first & 0x0f, fin: (first & 0x80) !== 0, masked, length, total: size + length }
}

export interface Splitter {
  split(chunk: Buffer): readonly Piece[]
  /** Treats the bytes that follow as frames. */
  startFrames(): void
}

const HEAD_END = '\r\n\r\n'
const MAX_HEAD = 64 * 1024

/**
 * Finds the boundaries in one direction of a connection: the end of the first HTTP response head with `awaitsResponse`,
 * and those of WebSocket frames after a 101.
 */
export function createSplitter({ awaitsResponse }: { readonly awaitsResponse: boolean }): Splitter {
  let mode: 'head' | 'frames' | 'opaque' = awaitsResponse ? 'head' : 'opaque'
  let held: Buffer = Buffer.alloc(0)
  let missing = 0

  function head(pieces: Piece[], bytes: Buffer): Buffer {
    const end = bytes.indexOf(HEAD_END)
    if (end < 0) {
      if (bytes.length > MAX_HEAD) mode = 'opaque'
      else held = bytes
      return mode === 'opaque' ? bytes : Buffer.alloc(0)
    }
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(bytes.toString('latin1', 0, 16))?.[1] ?? 0)
    const interim = status >= 100 && status < 200 && status !== 101
    if (!interim) mode = status === 101 ? 'frames' : 'opaque'
    const length = end + HEAD_END.length
    pieces.push({ bytes: bytes.subarray(0, length), ...(interim ? {} : { status }) })
    return bytes.subarray(length)
  }

  function frame(pieces: Piece[], bytes: Buffer): Buffer {
    const startsFrame = missing === 0 ? readFrameHeader(bytes) : undefined
    if (missing === 0 && startsFrame === undefined) {
      held = bytes
      return Buffer.alloc(0)
    }
    if (startsFrame !== undefined) missing = startsFrame.total
    const part = bytes.subarray(0, missing)
    missing -= part.length
    pieces.push({ bytes: part, endsFrame: missing === 0, ...(startsFrame && { startsFrame }) })
    return bytes.subarray(part.length)
  }

  return {
    split(chunk) {
      const pieces: Piece[] = []
      let rest = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
      held = Buffer.alloc(0)
      while (rest.length > 0) {
        if (mode === 'opaque') {
          pieces.push({ bytes: rest })
          break
        }
        rest = mode === 'head' ? head(pieces, rest) : frame(pieces, rest)
      }
      return pieces
    },
    startFrames() {
      mode = 'frames'
    },
  }
}
