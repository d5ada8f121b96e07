import type { BodyCodec, WireData } from '../../shared/codec.ts'
import { decodeRaw } from '../../http/body.ts'
import {
  type HttpRequest,
  fetchResponse,
  cancelBody,
  readBody,
  parseContentLength,
  throwIfAborted,
} from '../../http/fetch-response.ts'
import { MAX_ERROR_BODY_BYTES } from '../../http/error-response.ts'
import type { Environment } from '../../platform/environment.ts'
import { isNullBodyStatus } from '../../http/status.ts'
import type { UploadProgress } from './xhr.ts'

/** The progress of a request, in bytes. */
export interface Progress {
  /** Bytes of the request body that were sent. Counted only with `upload: uploadProgress()`, else 0. */
  readonly sent: number
  /** Bytes of the response body that were received. */
  readonly received: number
  /** The size of the response body. Undefined if unknown, as for compressed bodies. */
  readonly total: number | undefined
}

/** One request for `sendRequest`. */
export interface FetchRequest extends HttpRequest {
  /** The codec expects bytes, whatever the Content-Type. */
  readonly expectsBytes: boolean
  /** The largest response body, in bytes. */
  readonly limit: number
  /** The option `upload`, if a component reads the progress. Undefined: `fetch` sends the request. */
  readonly upload: UploadProgress | undefined
  readonly environment: Environment
  /** Called when bytes were sent or received. @param hasBegun the response has begun */
  onProgress(progress: Progress, hasBegun: boolean): void
  /** Called with the head of an error response, before its body. */
  onErrorHead(head: RawResponse): void
}

/** A complete response, whatever its status. */
export interface RawResponse {
  readonly status: number
  /** The final URL, after redirects. */
  readonly url: string
  readonly headers: Headers
  /** The body: text if its Content-Type is textual and the codec takes it, else bytes. Undefined if there is none. */
  raw: WireData | undefined
  /** The size of the body, in bytes. */
  readonly size: number
  /** The decoded body, if it was decoded to find out whether it is complete. */
  decoded?: { readonly codec: BodyCodec | undefined; readonly value: unknown } | undefined
}

/**
 * Sends one request and reads the complete response. The status is not checked here.
 *
 * @throws TautlineError `connect-failed`, `closed`, `too-large`, `unsupported`
 */
export async function sendRequest(request: FetchRequest): Promise<RawResponse> {
  const { signal, url, init, limit, upload, environment } = request
  let sent = 0
  let total: number | undefined
  const reportProgress = (received: number, hasBegun = true) => {
    // Cross-origin, Content-Encoding may be hidden, and Content-Length is then the compressed size.
    if (total !== undefined && received > total) total = undefined
    request.onProgress({ sent, received, total }, hasBegun)
  }
  const xhr = upload?.createFetch(environment, init, limit, (sentBytes, received, totalBytes) => {
    sent = Math.max(sent, sentBytes)
    total = totalBytes
    reportProgress(received ?? 0, received !== undefined)
  })
  const response = await fetchResponse(xhr ? { ...request, fetch: xhr } : request)
  // A custom `fetch` may ignore the signal.
  if (signal.aborted) cancelBody(response)
  throwIfAborted(signal)
  const { status, headers, body } = response
  if (!xhr) {
    total = parseContentLength(headers)
    reportProgress(0)
  }
  const head = { status, url: response.url || url.href, headers, raw: undefined, size: 0 }
  if (!response.ok && status !== 304) request.onErrorHead(head)
  // Without streams, as in React Native, `body` is undefined.
  const hasNoBody = init.method === 'HEAD' || body === null || isNullBodyStatus(status)
  const bytes = hasNoBody
    ? undefined
    : await readResponseBody(response, request, (received) => reportProgress(received))
  // A response with a Content-Type has a body, even if it is empty.
  const content =
    bytes ?? (hasNoBody || !response.ok || !headers.get('content-type') ? undefined : new Uint8Array(0))
  const raw = request.expectsBytes && response.ok ? content?.buffer : content && decodeRaw(content, headers)
  return { ...head, raw, size: bytes?.length ?? 0 }
}

async function readResponseBody(
  response: Response,
  { signal, limit, expectsBytes }: FetchRequest,
  onPart: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (response.ok) return readBody(response, signal, limit, onPart, expectsBytes)
  try {
    return await readBody(response, signal, Math.min(limit, MAX_ERROR_BODY_BYTES))
  } catch {
    // The status is enough for an error.
    throwIfAborted(signal)
    return undefined
  }
}

/** When a request was sent and its response received, in ms since the epoch. */
export interface Timing {
  readonly requestedAt: number
  readonly receivedAt: number
}
