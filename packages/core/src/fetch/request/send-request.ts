import type { WireData } from '../../shared/codec.ts'
import { decodeRaw, contentTypeOf } from '../../http/body.ts'
import { type HttpRequest, fetchResponse, cancelBody, readBody } from '../../http/fetch-response.ts'
import type { XMLHttpRequestConstructor } from '../../platform/environment.ts'
import { xhrFetch } from './xhr.ts'

/** How far a request has come, in bytes. */
export interface Progress {
  /** Of the body that is sent; counted where the platform tells. */
  readonly sent: number
  /** Of the body that comes. */
  readonly received: number
  /** How many will come, where the server says so in bytes that are counted alike. */
  readonly total: number | undefined
}

export interface FetchRequest extends HttpRequest {
  /** The longest answer, in bytes. */
  readonly limit: number
  /** Sends it, where somebody looks at how much has been sent; undefined: `fetch` does. */
  readonly XMLHttpRequest: XMLHttpRequestConstructor | undefined
  /** A sign of life. @param hasBegun the answer has begun */
  onProgress(progress: Progress, hasBegun: boolean): void
  /** The head of an answer that is no success; its body is still to come. */
  onErrorHead(head: RawResponse): void
}

/** An answer that has come whole, whatever its status. */
export interface RawResponse {
  readonly status: number
  /** Where it came from in the end: after redirects. */
  readonly url: string
  readonly headers: Headers
  /** Text where its type is one, else bytes; undefined: it has none. */
  readonly raw: WireData | undefined
  /** Of the body, in bytes. */
  readonly size: number
}

/** The longest body of an answer that is no success, in bytes: it is read to say what went wrong. */
const MAX_ERROR_BODY_BYTES = 1_048_576

/**
 * One request, from its first byte to the last one of the answer. Whether it is a good one is not judged here.
 *
 * @throws TautlineError `connect-failed`, `closed`, `too-large`, `unsupported`
 */
export async function sendRequest(request: FetchRequest): Promise<RawResponse> {
  const { signal, url, init, limit, XMLHttpRequest } = request
  let sent = 0
  let total: number | undefined
  const reportProgress = (received: number, hasBegun = true) => {
    // Of what is packed on its way another origin shows the length of the package.
    if (total !== undefined && received > total) total = undefined
    request.onProgress({ sent, received, total }, hasBegun)
  }
  const xhr =
    XMLHttpRequest &&
    xhrFetch(XMLHttpRequest, limit, {
      onSent(bytes) {
        sent = Math.max(sent, bytes)
        reportProgress(0, false)
      },
      onReceived(bytes, totalBytes) {
        total = totalBytes
        reportProgress(bytes)
      },
    })
  const response = await fetchResponse(xhr ? { ...request, fetch: xhr } : request)
  // A `fetch` of somebody's own may not mind its signal.
  if (signal.aborted) cancelBody(response)
  signal.throwIfAborted()
  const { status, headers, body } = response
  total = xhr ? total : parseContentLength(headers)
  if (!xhr) reportProgress(0)
  const head = { status, url: response.url || url.href, headers, raw: undefined, size: 0 }
  if (!response.ok && status !== 304) request.onErrorHead(head)
  const hasNoBody = init.method === 'HEAD' || !body
  const bytes = hasNoBody
    ? undefined
    : await readResponseBody(response, body, request, (received) => reportProgress(received))
  // An empty one of a type is one all the same.
  const content =
    bytes ?? (hasNoBody || !response.ok || !headers.get('content-type') ? undefined : new Uint8Array(0))
  const raw = content && decodeRaw(content, contentTypeOf(headers))
  return { ...head, raw, size: bytes?.length ?? 0 }
}

async function readResponseBody(
  { ok }: Response,
  body: ReadableStream<Uint8Array>,
  { signal, limit }: FetchRequest,
  onPart: (received: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (ok) return readBody(body, signal, limit, 'maxBodyBytes', onPart)
  try {
    return await readBody(body, signal, Math.min(limit, MAX_ERROR_BODY_BYTES), 'maxBodyBytes')
  } catch {
    // The status says enough.
    signal.throwIfAborted()
    return undefined
  }
}

/** Of a body that is compressed on its way the length says nothing. */
function parseContentLength(headers: Headers): number | undefined {
  const length = headers.get('content-encoding') ? undefined : headers.get('content-length')
  return length && /^\d+$/.test(length) ? Number(length) : undefined
}

/**
 * Can the server be reached although its answer could not be read? Asked without headers, credentials and body, in the one way that needs no permission
 * (Fetch standard, "no-cors"); the answer tells nothing.
 */
export async function isReachable({ fetch, url, signal }: Omit<HttpRequest, 'init'>): Promise<boolean> {
  if (!fetch) return false
  try {
    const init: RequestInit = {
      method: 'HEAD',
      mode: 'no-cors',
      credentials: 'omit',
      cache: 'no-store',
      signal,
    }
    // One of somebody's own may not mind its signal.
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    )
    await Promise.race([fetch(url.href, init), aborted])
    return true
  } catch {
    return false
  }
}

/** When an answer was asked for and came, by the wall clock, in ms. */
export interface Timing {
  readonly requestedAt: number
  readonly receivedAt: number
}
