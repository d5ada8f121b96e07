import { byteLengthOf } from '../../shared/body-size.ts'
import { isReadableStream } from '../../shared/brand.ts'
import type { Environment, Fetch, XMLHttpRequestConstructor } from '../../platform/environment.ts'
import { xmlHttpRequestOf } from '../../platform/network.ts'
import { brokenOffError, tooLargeError } from '../../http/fetch-response.ts'
import { parseRawHeaders } from '../../http/raw-headers.ts'
import { isNullBodyStatus } from '../../http/status.ts'

/** Called with the number of bytes that were sent; once there is a response, with those that were received. */
type XhrProgress = (sent: number, received?: number, total?: number) => void

/** Counts how much of an upload was sent. Created by `uploadProgress()`. Its members are not for applications. */
export interface UploadProgress {
  readonly kind: 'uploadProgress'
  /** Returns a `fetch` that reports what it sends. Undefined if only that of the platform can send this request. */
  createFetch(
    environment: Environment,
    init: RequestInit,
    limit: number,
    onProgress: XhrProgress,
  ): Fetch | undefined
}

/** One object, so that options with it are equal in every render. */
const UPLOAD_PROGRESS: UploadProgress = {
  kind: 'uploadProgress',
  createFetch(environment, { body, credentials }, limit, onProgress) {
    const Constructor = xmlHttpRequestOf(environment)
    // XMLHttpRequest sends no streams, and sends cookies to the origin of the page.
    const canSend = body !== null && body !== undefined && !isReadableStream(body) && credentials !== 'omit'
    return Constructor && canSend ? xhrFetch(Constructor, limit, onProgress) : undefined
  },
}

/**
 * Counts how much of a body was sent, in `progress.sent`. Such bodies are sent by XMLHttpRequest, since `fetch` does not
 * report it. Without it, `progress.sent` stays 0.
 *
 * @example
 * const { progress, execute } = useFetch('/api/avatar', { method: 'PUT', enabled: false, upload: uploadProgress() })
 */
export const uploadProgress = (): UploadProgress => UPLOAD_PROGRESS

/**
 * Creates a `fetch` function on XMLHttpRequest, which reports upload progress as `fetch` cannot. The response resolves
 * when it is complete.
 *
 * @param limit the largest response body, in bytes
 */
function xhrFetch(Constructor: XMLHttpRequestConstructor, limit: number, onProgress: XhrProgress): Fetch {
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
