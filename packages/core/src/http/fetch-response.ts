import { isArrayBuffer, isReadableStream } from '../shared/brand.ts'
import { TautlineError, isTautlineError, toTautlineError, unsupportedError } from '../shared/errors.ts'
import type { ErrorText } from '../shared/error-message.ts'
import { encodeUtf8 } from '../shared/utf8.ts'
import type { ConnectRequest } from '../shared/attempt.ts'
import type { Fetch } from '../platform/environment.ts'
import type { Outcome } from '../shared/outcome.ts'
import { describeServer } from '../shared/urls.ts'
import { charsetOf, contentTypeOf, isText } from './body.ts'

/** One HTTP request. */
export interface HttpRequest extends ConnectRequest {
  readonly init: RequestInit
  readonly fetch: Fetch | undefined
}

/** Tests for the `fetch` of whatwg-fetch, which React Native has. */
export const isPolyfill = (fetch: Fetch): boolean => 'polyfill' in fetch

/**
 * Sends a request and returns the response as soon as its headers have arrived.
 *
 * @throws TautlineError `unsupported` without `fetch`, `connect-failed` without a response
 * @throws the reason of the signal if it is already aborted
 */
export async function fetchResponse({ fetch, url, init, signal }: HttpRequest): Promise<Response> {
  throwIfAborted(signal)
  if (!fetch) throw unsupportedError('fetch', 'pass one as environment.fetch')
  const hasStream = isReadableStream(init.body)
  if (hasStream && !canSendStreams()) throw unsupportedError('ReadableStream as body', 'send a Blob')
  try {
    // With `no-store`, whatwg-fetch adds a parameter to the query.
    return await fetch(url.href, { ...init, signal, ...(isPolyfill(fetch) && { cache: 'default' }) })
  } catch (cause) {
    if (isTautlineError(cause)) throw cause
    const advice = hasStream
      ? 'browsers send a stream as body only over HTTP/2. Send a Blob, or check the network'
      : 'check the network, the host name, the certificate and the CORS headers'
    const text = `No response from ${describeServer(url)}: ${advice}`
    throw new TautlineError('connect-failed', text, { closeCode: 1006, reason: '', wasClean: false }, cause)
  }
}

/** Whether `fetch` sends streams. Otherwise it would send the text '[object ReadableStream]'. */
function canSendStreams(): boolean {
  try {
    // The standard types lack `duplex`.
    const init: object = { method: 'POST', body: new ReadableStream(), duplex: 'half' }
    return !new Request('data:,', init).headers.has('content-type')
  } catch {
    return true
  }
}

/** Cancels the body of a response that is not read: it may be endless. */
export function cancelBody({ body }: Response): void {
  // `cancel()` rejects if the connection has failed. That error does not matter here.
  if (isStream(body)) body.cancel().catch(() => {})
}

/** Throws the reason of a signal if it is aborted. React Native's signals have no method for this, and no reason. */
export function throwIfAborted({ aborted, reason }: AbortSignal): void {
  if (aborted) throw reason ?? new TautlineError('aborted', 'The request was aborted', { by: 'user' })
}

/** Tests for a body that can be read in parts: React Native has none, and that of `node-fetch` is of another kind. */
export const isStream = (body: unknown): body is ReadableStream<Uint8Array> =>
  typeof body === 'object' && body !== null && 'getReader' in body

/** Creates the error of a response that ended. @param wasClean false if it was cut off */
export function closedError(text: ErrorText, wasClean: boolean, cause?: unknown): TautlineError<'closed'> {
  return new TautlineError('closed', text, { closeCode: wasClean ? 1000 : 1006, reason: '', wasClean }, cause)
}

/** Creates the error of a body that was cut off. */
export const brokenOffError = (cause?: unknown): TautlineError<'closed'> =>
  closedError('The response broke off: check the network', false, cause)

/** Parses Content-Length. Undefined for a compressed body, whose decoded size differs. */
export function parseContentLength(headers: Headers): number | undefined {
  const length = headers.get('content-encoding') ? undefined : headers.get('content-length')
  return length && /^\d+$/.test(length) ? Number(length) : undefined
}

/** Throws if a body is shorter than announced: WebKit and others do not report it. */
function throwIfCutOff(size: number, { headers, type }: Response): void {
  // Of another origin, Content-Encoding may be hidden.
  if (type !== 'cors' && size < (parseContentLength(headers) ?? 0)) throw brokenOffError()
}

/** Classifies an error of a request: network errors are retryable, since all others would occur again. */
export function classifyFetchError(error: unknown): Outcome {
  const isRetryable = isTautlineError(error, 'closed') || isTautlineError(error, 'connect-failed')
  return { kind: isRetryable ? 'retryable' : 'fatal', error: toTautlineError(error) }
}

/** The largest body that is read without a stream, in bytes. The platform has received most of it with the head. */
const SMALL_BYTES = 16_384

/**
 * Whether a body is small, and the response says so honestly: the platform checks the length of a response of the page's
 * own origin. A stream costs several times the CPU of a small body.
 */
function isSmall({ type, headers }: Response, limit: number): boolean {
  if (type !== 'basic') return false
  const length = parseContentLength(headers)
  return length !== undefined && length <= Math.min(SMALL_BYTES, limit)
}

/** So many chunks are joined, because a chunk of one byte takes up more than a hundred. */
const MAX_LOOSE_CHUNKS = 1024

/**
 * Reads the whole body of a response; returns undefined if it is empty.
 *
 * @param limit the maximum size, in bytes
 * @param onProgress called with the number of bytes received so far
 * @param expectsBytes the exact bytes are needed, so a body without a stream is not read as text
 * @throws TautlineError `closed` if the body is cut off, `too-large` if it exceeds the limit
 */
export async function readBody(
  response: Response,
  signal: AbortSignal,
  limit: number,
  onProgress?: (received: number) => void,
  expectsBytes?: boolean,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { body } = response
  if (body === null) return undefined
  if (!isStream(body) || isSmall(response, limit)) {
    const bytes = await readAtOnce(response, expectsBytes)
    throwIfAborted(signal)
    onProgress?.(bytes.length)
    // `text()` removes a byte order mark of three bytes.
    throwIfCutOff(bytes.length + 3, response)
    if (bytes.length > limit) throw tooLargeError(limit)
    return bytes.length > 0 ? bytes : undefined
  }
  const chunks: Uint8Array[] = []
  let size = 0
  /** How many chunks at the start are joined ones. */
  let joinedCount = 0
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value }: ReadResult = await reader.read().catch((cause: unknown) => {
      throw brokenOffError(cause)
    })
    throwIfAborted(signal)
    if (done) {
      throwIfCutOff(size, response)
      return size > 0 ? concatChunks(chunks) : undefined
    }
    const chunk = typeof value === 'string' ? encodeUtf8(value) : value
    chunks.push(chunk)
    size += chunk.length
    if (chunks.length - joinedCount >= MAX_LOOSE_CHUNKS) {
      const loose = chunks.splice(joinedCount++)
      chunks.push(concatChunks(loose))
    }
    onProgress?.(size)
    if (size > limit) {
      void reader.cancel().catch(() => {})
      throw tooLargeError(limit)
    }
  }
}

/** Reads a body without a stream. Older versions of React Native can only read text. */
async function readAtOnce(
  response: Response,
  expectsBytes: boolean | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return !isStream(response.body) &&
      !expectsBytes &&
      'text' in response &&
      isText(contentTypeOf(response.headers)) &&
      !charsetOf(response.headers)
      ? encodeUtf8(await response.text())
      : new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    // Without a body, the platform has received the whole response and cannot convert it.
    if ((response.body as unknown) === undefined)
      throw unsupportedError('Response.arrayBuffer', 'update it, or respond with text', cause)
    throw brokenOffError(cause)
  }
}

/** Creates the error of a response that is too large. @param limit the maximum size, in bytes */
export function tooLargeError(limit: number): TautlineError<'too-large'> {
  const text = `The response has more than ${limit} bytes. Raise maxBodyBytes.`
  return new TautlineError('too-large', text, { limit })
}

/** A part of a body. It is text in test environments, and where XMLHttpRequest reads it. */
export type ReadResult =
  | { readonly done: false; readonly value: Uint8Array | string }
  | { readonly done: true; readonly value?: unknown }

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
