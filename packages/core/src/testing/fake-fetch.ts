import type { Fetch } from '../platform/environment.ts'
import { type BodyController, createPlainResponse, hasResponses } from './plain-response.ts'

/** A request of a fake `fetch`. The test acts as its server. */
export interface FakeRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: RequestInit['body']
  /** The second argument of `fetch`. */
  readonly init: RequestInit
  /** Whether the page has aborted the request. */
  readonly aborted: boolean
  /** Whether the page has aborted the request or cancelled the response body. */
  readonly cancelled: boolean
  /** Sends the status and headers of the response. @default 200 and `text/event-stream` */
  respond(head?: { readonly status?: number; readonly headers?: HeadersInit; readonly url?: string }): void
  /** Sends the next part of the body. A string is encoded as UTF-8. */
  write(piece: string | Uint8Array): void
  /** Ends the body. */
  end(): void
  /** Makes the request fail, or its body if the response has begun. */
  fail(error?: Error): void
}

/** Creates a `fetch` for tests that stores all requests in `requests`. */
export function createFakeFetch(): { readonly fetch: Fetch; readonly requests: readonly FakeRequest[] } {
  const requests: FakeRequest[] = []
  return {
    fetch: (url, init) =>
      new Promise((resolve, reject) => {
        requests.push(createFakeRequest(url, init, resolve, reject))
      }),
    requests,
  }
}

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
function createFakeRequest(
  url: string,
  init: RequestInit,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): FakeRequest {
  let body: BodyController | undefined
  /** Only the page sets this. A failure of the server or the network sets `hasEnded` alone. */
  let cancelled = false
  let hasEnded = false
  const stop = (error: unknown) => {
    reject(error)
    if (!hasEnded) body?.error(error)
    hasEnded = true
  }
  const { signal } = init
  const abort = () => {
    cancelled = true
    stop(signal?.reason)
  }
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort)
  const openBody = () => {
    if (!body) throw new Error('The request has no response yet. Call `respond()` first.')
    return body
  }
  return {
    url,
    init,
    method: init.method ?? 'GET',
    headers: new Headers(init.headers),
    body: init.body ?? null,
    get aborted() {
      return signal?.aborted ?? false
    },
    get cancelled() {
      return cancelled
    },
    respond({ status = 200, headers = { 'content-type': 'text/event-stream' }, url: finalUrl = url } = {}) {
      const create = hasResponses() ? createResponse : createPlainResponse
      const response = create(
        { status, headers },
        (controller) => (body = controller),
        () => (cancelled = hasEnded = true),
      )
      resolve(Object.defineProperty(response, 'url', { value: finalUrl }))
    },
    write(piece) {
      if (!hasEnded) openBody().enqueue(piece)
    },
    end() {
      if (!hasEnded) openBody().close()
    },
    fail(error = new TypeError('Failed to fetch')) {
      stop(error)
    },
  }
}

const createResponse: typeof createPlainResponse = ({ status, headers }, start, onCancel) => {
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) =>
      start({
        enqueue: (chunk) => controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk),
        close: () => controller.close(),
        error: (error) => controller.error(error),
      }),
    cancel: onCancel,
  })
  // The constructor of `Response` throws for 204, 205 and 304 with a body.
  return new Response(/^(204|205|304)$/.test(String(status)) ? null : stream, { status, headers })
}
