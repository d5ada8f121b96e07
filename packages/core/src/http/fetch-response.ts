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
 * Asks, and gives the head of the answer.
 *
 * @throws TautlineError `unsupported` and `connect-failed`; what the signal gives as its reason where it is aborted already
 */
export async function fetchResponse({ fetch, url, init, signal }: HttpRequest): Promise<Response> {
  signal.throwIfAborted()
  if (!fetch) {
    throw new TautlineError('unsupported', 'No fetch here: pass one as environment.fetch', {
      feature: 'fetch',
    })
  }
  try {
    return await fetch(url.href, { ...init, signal })
  } catch (cause) {
    if (isTautlineError(cause)) throw cause
    const text = `No answer from ${describeServer(url)}: the network is down, the name or the certificate is wrong, or CORS forbids it`
    throw new TautlineError('connect-failed', text, { closeCode: 1006, reason: '', wasClean: false }, cause)
  }
}

/** A body may be endless: what nobody reads is given back. */
export function cancelBody({ body }: Response): void {
  // It may have broken meanwhile, which is nobody's concern.
  body?.cancel().catch(() => {})
}

/** An answer that has come to its end, or has broken off. */
export function closedError(text: string, wasClean: boolean, cause?: unknown): TautlineError<'closed'> {
  return new TautlineError('closed', text, { closeCode: wasClean ? 1000 : 1006, reason: '', wasClean }, cause)
}

/** How an error of the request counts: the network may be back the next time; all else would be refused again. */
export function classifyFetchError(error: unknown): Outcome {
  const isRetryable = isTautlineError(error, 'closed') || isTautlineError(error, 'connect-failed')
  return { kind: isRetryable ? 'retryable' : 'fatal', error: toTautlineError(error) }
}

/**
 * All of a body; undefined where it is empty.
 *
 * @param option says how the limit, in bytes, is raised
 * @param onProgress is told how many bytes have come
 * @throws TautlineError `closed` for half a body, and `too-large`
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
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw closedError('The answer broke off', false, cause)
    })
    signal.throwIfAborted()
    if (done) return size > 0 ? concatChunks(chunks, size) : undefined
    chunks.push(value)
    size += value.length
    onProgress?.(size)
    if (size > limit) {
      void reader.cancel().catch(() => {})
      throw tooLargeError(limit, option)
    }
  }
}

/** @param option says how the limit, in bytes, is raised */
export function tooLargeError(limit: number, option: string): TautlineError<'too-large'> {
  return new TautlineError('too-large', `The answer has more than ${limit} bytes: raise ${option}`, { limit })
}

function concatChunks(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks
  // Most answers come in one piece.
  if (chunks.length === 1 && first?.buffer instanceof ArrayBuffer && first.length === first.buffer.byteLength)
    return first as Uint8Array<ArrayBuffer>
  const all = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}
