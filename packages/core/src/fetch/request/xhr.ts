import { isArrayBuffer, isBlob, isUrlSearchParams } from '../../shared/brand.ts'
import type { Fetch, XMLHttpRequestConstructor } from '../../platform/environment.ts'
import { brokenOffError, tooLargeError } from '../../http/fetch-response.ts'
import { parseRawHeaders } from '../../http/raw-headers.ts'

/** Called with the number of bytes that were sent; once there is a response, with those that were received. */
export type XhrProgress = (sent: number, received?: number, total?: number) => void

/**
 * Creates a `fetch` function on XMLHttpRequest, which reports upload progress as `fetch` cannot. The response resolves
 * when it is complete.
 *
 * @param limit the largest response body, in bytes
 */
export function xhrFetch(
  Constructor: XMLHttpRequestConstructor,
  limit: number,
  onProgress: XhrProgress,
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
      xhr.upload.onprogress = ({ loaded }) => onProgress(loaded)
      // A short response may break off before the first progress event.
      xhr.onreadystatechange = () => (hasBegun ||= xhr.readyState === 2)
      xhr.onprogress = ({ loaded, total, lengthComputable }) => {
        onProgress(0, loaded, lengthComputable ? total : undefined)
        if (loaded > limit) fail(tooLargeError(limit))
      }
      xhr.onload = () => {
        // A service worker causes no upload events, but a response means that the whole body was sent.
        onProgress(byteLengthOf(body) ?? 0)
        try {
          resolve(toResponse(xhr))
        } catch (error) {
          // The status or a header is invalid in a `Response`.
          reject(error)
        }
      }
      xhr.onerror = () => reject(hasBegun ? brokenOffError() : new TypeError('Failed to fetch'))
      signal?.addEventListener('abort', () => fail(signal.reason))
      xhr.send(body as XMLHttpRequestBodyInit | null | undefined) // streams are sent by `fetch`
    })
}

/** The size of a body in bytes; undefined if it is not known before sending. */
function byteLengthOf(body: unknown): number | undefined {
  if (isBlob(body)) return body.size
  return isArrayBuffer(body) || ArrayBuffer.isView(body) ? body.byteLength : undefined
}

/** About how many bytes a body has: the length of a text is enough for a time limit. Infinity for a stream or a form. */
export const lengthOf = (body: unknown): number =>
  typeof body === 'string' || isUrlSearchParams(body)
    ? String(body).length
    : (byteLengthOf(body ?? new ArrayBuffer(0)) ?? Number.POSITIVE_INFINITY)

/** Tests for a status whose response has no body (Fetch standard, "null body status"). */
export const isNullBodyStatus = (status: number): boolean => [204, 205, 304].includes(status)

function toResponse(xhr: XMLHttpRequest): Response {
  const headers = parseRawHeaders(xhr.getAllResponseHeaders())
  const { status, responseURL } = xhr
  const response = {
    status,
    ok: status >= 200 && status <= 299,
    headers,
    type: 'cors',
    url: responseURL,
    body: isNullBodyStatus(status) ? null : undefined,
    arrayBuffer: () => Promise.resolve((xhr.response as ArrayBuffer | null) ?? new ArrayBuffer(0)), // by responseType
  }
  return response as unknown as Response // not its class, which Jest's jsdom does not have
}
