import type { Fetch, XMLHttpRequestConstructor } from '../../platform/environment.ts'
import { closedError, tooLargeError } from '../../http/fetch-response.ts'

/** What is told while it goes on: how many bytes have left and come. */
export interface XhrEvents {
  onSent(bytes: number): void
  onReceived(bytes: number, total: number | undefined): void
}

/**
 * XMLHttpRequest in the shape of `fetch`, for what `fetch` does not tell: how much of a body has been sent. The answer comes whole.
 *
 * @param limit of the answer, in bytes
 */
export function xhrFetch(
  Constructor: XMLHttpRequestConstructor,
  limit: number,
  { onSent, onReceived }: XhrEvents,
): Fetch {
  return (url, { method = 'GET', headers, body, credentials, signal }) =>
    new Promise((resolve, reject) => {
      const xhr = new Constructor()
      let hasBegun = false
      const fail = (reason: unknown) => {
        xhr.abort()
        reject(reason)
      }
      xhr.open(method, url)
      xhr.responseType = 'arraybuffer'
      xhr.withCredentials = credentials === 'include'
      for (const [name, value] of new Headers(headers)) xhr.setRequestHeader(name, value)
      xhr.upload.onprogress = ({ loaded }) => onSent(loaded)
      xhr.onprogress = ({ loaded, total, lengthComputable }) => {
        hasBegun = true
        onReceived(loaded, lengthComputable ? total : undefined)
        if (loaded > limit) fail(tooLargeError(limit, 'maxBodyBytes'))
      }
      xhr.onload = () => {
        // What a service worker answers is not told of on its way; an answer is to all of it.
        onSent(byteLengthOf(body) ?? 0)
        try {
          resolve(toResponse(xhr))
        } catch (error) {
          // A status or header that no `Response` can have.
          reject(error)
        }
      }
      xhr.onerror = () =>
        reject(hasBegun ? closedError('The response broke off', false) : new TypeError('Failed to fetch'))
      signal?.addEventListener('abort', () => fail(signal.reason))
      xhr.send(body as XMLHttpRequestBodyInit | null | undefined) // streams go by `fetch`
    })
}

/** In bytes; undefined where it shows only when it is sent. */
function byteLengthOf(body: unknown): number | undefined {
  if (body instanceof Blob) return body.size
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : undefined
}

function toResponse(xhr: XMLHttpRequest): Response {
  const headers = new Headers()
  for (const line of xhr.getAllResponseHeaders().split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim())
  }
  const { status, responseURL } = xhr
  // `Response` refuses a body where there can be none (Fetch standard, "null body status").
  const body = /^(204|205|304)$/.test(String(status)) ? null : (xhr.response as ArrayBuffer | null) // by responseType
  return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: responseURL })
}
