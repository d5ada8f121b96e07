export interface RequestGate {
  /** Returns the bytes to forward; undefined while the first request line is incomplete. */
  pass(chunk: Buffer): Buffer | undefined
  /** From now on the connection carries no requests, so all bytes pass. */
  open(): void
}

/** A longer line does not come from an HTTP client. */
const MAX_REQUEST_LINE = 16 * 1024

const requestLine = /^[A-Z]+ (\S+) HTTP\/1\.[01]$/

/**
 * Reads the target of each HTTP request before its first byte is forwarded. It waits for the complete first request line.
 * It finds a later request on the same connection only at the beginning of a chunk, which is how clients send it.
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
