import { isArrayBuffer } from '../shared/brand.ts'
import { TautlineError, isTautlineError, toTautlineError } from '../shared/errors.ts'
import type { ConnectRequest } from '../shared/attempt.ts'
import type { Fetch } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'
import { describeServer } from '../shared/urls.ts'

/** One HTTP request. */
export interface HttpRequest extends ConnectRequest {
  readonly init: RequestInit
  readonly fetch: Fetch | undefined
}

/**
 * Sends a request and returns the response as soon as its headers have arrived.
 *
 * @throws TautlineError `unsupported` without `fetch`, `connect-failed` without a response
 * @throws the reason of the signal if it is already aborted
 */
export async function fetchResponse({ fetch, url, init, signal }: HttpRequest): Promise<Response> {
  signal.throwIfAborted()
  if (!fetch) {
    throw new TautlineError('unsupported', 'This platform has no fetch. Pass one as environment.fetch.', {
      feature: 'fetch',
    })
  }
  try {
    return await fetch(url.href, { ...init, signal })
  } catch (cause) {
    if (isTautlineError(cause)) throw cause
    const text = `No response from ${describeServer(url)}: check the network, the host name, the certificate and the CORS headers`
    throw new TautlineError('connect-failed', text, { closeCode: 1006, reason: '', wasClean: false }, cause)
  }
}

/** Cancels the body of a response that is not read: it may be endless. */
export function cancelBody({ body }: Response): void {
  // `cancel()` rejects if the connection has failed. That error does not matter here.
  body?.cancel().catch(() => {})
}

/** Creates the error of a response that ended. @param wasClean false if it was cut off */
export function closedError(text: string, wasClean: boolean, cause?: unknown): TautlineError<'closed'> {
  return new TautlineError('closed', text, { closeCode: wasClean ? 1000 : 1006, reason: '', wasClean }, cause)
}

/** Classifies an error of a request: network errors are retryable, since all others would occur again. */
export function classifyFetchError(error: unknown): Outcome {
  const isRetryable = isTautlineError(error, 'closed') || isTautlineError(error, 'connect-failed')
  return { kind: isRetryable ? 'retryable' : 'fatal', error: toTautlineError(error) }
}

/** So many chunks are joined, because a chunk of one byte takes up more than a hundred. */
const MAX_LOOSE_CHUNKS = 1024

/**
 * Reads a whole body; returns undefined if it is empty.
 *
 * @param limit the maximum size, in bytes
 * @param option the name of the option that sets the limit
 * @param onProgress called with the number of bytes received so far
 * @throws TautlineError `closed` if the body is cut off, `too-large` if it exceeds the limit
 */
export async function readBody(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  limit: number,
  option: string,
  onProgress?: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  /** How many chunks at the start are joined ones. */
  let joinedCount = 0
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw closedError('The response broke off: check the network', false, cause)
    })
    signal.throwIfAborted()
    if (done) return size > 0 ? concatChunks(chunks) : undefined
    chunks.push(value)
    size += value.length
    if (chunks.length - joinedCount >= MAX_LOOSE_CHUNKS) {
      const loose = chunks.splice(joinedCount++)
      chunks.push(concatChunks(loose))
    }
    onProgress?.(size)
    if (size > limit) {
      void reader.cancel().catch(() => {})
      throw tooLargeError(limit, option)
    }
  }
}

/**
 * Creates the error of a response that is too large.
 *
 * @param limit the maximum size, in bytes
 * @param option the name of the option that sets the limit
 */
export function tooLargeError(limit: number, option: string): TautlineError<'too-large'> {
  return new TautlineError('too-large', `The response has more than ${limit} bytes. Raise ${option}.`, {
    limit,
  })
}

function concatChunks(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [first] = chunks
  // Most responses arrive in one chunk, which needs no copy.
  if (chunks.length === 1 && isArrayBuffer(first?.buffer) && first.length === first.buffer.byteLength)
    return first as Uint8Array<ArrayBuffer>
  const all = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0))
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}
