export interface RequestGate {
  /** What may be passed on; undefined while a first request line is not complete. */
  pass(chunk: Buffer): Buffer | undefined
  /** No more requests are to be expected on this connection. */
  open(): void
}

/** A request line that has not ended by then belongs to no HTTP client. */
const MAX_REQUEST_LINE = 16 * 1024

const requestLine = /^[A-Z]+ (\S+) HTTP\/1\.[01]$/

/**
 * Reads the target of each HTTP request before its first byte is passed on. The first request line is waited for; a
 * later one, on a connection that is kept alive, is seen when a chunk begins with it, which is how clients send it.
 */
export function createRequestGate(onRequest: (target: string) => void): RequestGate {
  let held: Buffer = Buffer.alloc(0)
  let state: 'first' | 'later' | 'open' = 'first'

  return {
    pass(chunk) {
      if (state === 'open') return chunk
      const bytes = held.length > 0 ? Buffer.concat([held, chunk]) : chunk
      const end = bytes.subarray(0, MAX_REQUEST_LINE).indexOf('\r\n')
      if (state === 'first' && end < 0 && bytes.length < MAX_REQUEST_LINE) {
        held = bytes
        return undefined
      }
      held = Buffer.alloc(0)
      state = 'later'
      const target = requestLine.exec(bytes.toString('latin1', 0, Math.max(end, 0)))?.[1]
      if (target !== undefined) onRequest(target)
      return bytes
    },
    open() {
      state = 'open'
    },
  }
}
