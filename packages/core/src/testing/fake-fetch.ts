import type { Fetch } from '../platform/environment.ts'

/** A request whose server is the test. */
export interface FakeRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body: RequestInit['body']
  /** The whole of what was given to `fetch`. */
  readonly init: RequestInit
  /** True once the page has given it up. */
  readonly aborted: boolean
  /** The body of the answer was cancelled, or the request aborted: nobody reads on. */
  readonly cancelled: boolean
  /** The head of the answer. @default 200 and `text/event-stream` */
  respond(head?: { readonly status?: number; readonly headers?: HeadersInit; readonly url?: string }): void
  /** The next piece of the body. A string is sent as UTF-8. */
  write(piece: string | Uint8Array): void
  /** The body is complete. */
  end(): void
  /** No answer comes, or its body breaks off. */
  fail(error?: Error): void
}

/** Makes a `fetch` that keeps what it was asked in `requests`. */
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
  let body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** By the page, which `over` also is when the server or the network has failed. */
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
    if (!body) throw new Error('Nothing was answered yet: call `respond()` first')
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
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => void (body = controller),
        cancel: () => void (cancelled = hasEnded = true),
      })
      // 204, 205 and 304 have no body, and `Response` insists on it.
      const response = new Response(/^(204|205|304)$/.test(String(status)) ? null : stream, {
        status,
        headers,
      })
      resolve(Object.defineProperty(response, 'url', { value: finalUrl }))
    },
    write(piece) {
      if (!hasEnded) openBody().enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
    },
    end() {
      if (!hasEnded) openBody().close()
    },
    fail(error = new TypeError('Failed to fetch')) {
      stop(error)
    },
  }
}
