import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { fetchKind } from './kind.ts'
import type { HttpCall, HttpServer, ServerConnection } from '../support/mock-server.ts'
import { tokenOf } from '../support/tokens.ts'

/** The origin of the mocked server. */
const ORIGIN = 'http://server.test'
/** The origin of a server that the page may not read. */
export const FOREIGN = 'http://foreign.test'

/** More requests than this are a loop. */
const MAX_REQUESTS = 500

/** Status and headers of a response. */
export interface Head {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, as the server sees it. */
export interface FetchCall extends HttpCall, ServerConnection {
  readonly url: string
  /** Whether the page has aborted the request. */
  readonly aborted: boolean
  /** Whether the request is neither completed nor aborted. */
  readonly isInFlight: boolean
  /** Sends a response: text, bytes, else JSON; without a body if undefined. */
  respond(body?: unknown, head?: Head): void
  /** Begins a response whose body follows in chunks. */
  begin(head?: Head): { write(piece: string | Uint8Array<ArrayBuffer>): void; end(): void }
}

/** The response to a preflight: for XMLHttpRequest the page has another origin (Fetch standard, "CORS-preflight fetch"). */
const PREFLIGHT: Head = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': '*',
    'access-control-allow-headers': 'content-type, x-own, idempotency-key, authorization',
  },
}

/** Allows an XMLHttpRequest of the page to read the response. */
function readable(response: Response): Response {
  if (response.type === 'error') return response
  response.headers.set('access-control-allow-origin', '*')
  return response
}

type MaybeResponse = Response | undefined

export interface FetchServer extends HttpServer {
  /** All requests of this test, oldest first. */
  readonly calls: readonly FetchCall[]
  /** The newest one. Throws if there is none. */
  readonly call: FetchCall
  /** Returns a response; without one the request waits for `respond`. */
  onCall: (call: HttpCall) => MaybeResponse | Promise<MaybeResponse> | void
}

const nothing = () => {}

/** An HTTP server in the test process, with responses of the test; call it once, at the top of a test file. */
export function mockFetchServer(): FetchServer {
  const calls: FetchCall[] = []
  const newest = () => {
    const call = calls.at(-1)
    if (!call) throw new Error('Nobody has called the server')
    return call
  }
  const server: FetchServer = {
    kind: fetchKind,
    origin: ORIGIN,
    calls,
    connections: calls,
    get call() {
      return newest()
    },
    get connection() {
      return newest()
    },
    get unfinished() {
      return calls.filter(({ isInFlight }) => isInFlight).map(({ method, path }) => `${method} ${path}`)
    },
    onCall: nothing,
    accept: () => void (server.onCall = nothing),
    refuse: () => void (server.onCall = () => createResponse('not now', { status: 503 })),
    drop: () => void (server.onCall = () => HttpResponse.error()),
    reset() {
      const count = calls.length
      calls.length = 0
      server.accept()
      expect(count, 'requests: is it a loop?').toBeLessThan(MAX_REQUESTS)
    },
  }
  const handle = async ({ request }: { readonly request: Request }): Promise<Response> => {
    if (request.headers.has('access-control-request-method')) return createResponse(undefined, PREFLIGHT)
    const { call, response, close } = await callOf(request)
    calls.push(call)
    // A page that sends requests in a loop would never end its test.
    const givenResponse = calls.length < MAX_REQUESTS ? await server.onCall(call) : undefined
    return readable(givenResponse ? close(givenResponse) : await response)
  }
  const msw = setupServer(http.all(`${ORIGIN}/*`, handle), http.all(`${FOREIGN}/*`, handle))
  beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => server.reset())
  afterAll(() => msw.close())
  return server
}

interface Received {
  readonly call: FetchCall
  /** The response of `respond` or `begin`. */
  readonly response: Promise<Response>
  /** Marks the request as completed. */
  close(response: Response): Response
}

async function callOf(request: Request): Promise<Received> {
  let [aborted, responded] = [false, false]
  const onAborted = () => void (aborted = !responded)
  request.signal.addEventListener('abort', onAborted)
  const { pathname, search } = new URL(request.url)
  const body = await request.text()
  if (request.signal.aborted) onAborted()
  let resolve: (response: Response) => void = nothing
  const response = new Promise<Response>((settle) => (resolve = settle))
  const close = (response: Response) => {
    responded = !aborted
    return response
  }
  const call: FetchCall = {
    path: pathname + search,
    token: tokenOf(request.headers),
    url: request.url,
    method: request.method,
    headers: request.headers,
    body,
    get aborted() {
      return aborted
    },
    get isInFlight() {
      return !aborted && !responded
    },
    get outcome() {
      if (aborted) return 'left'
      return responded ? 'lost' : undefined
    },
    respond: (content, head) => resolve(close(createResponse(content, head))),
    begin(head) {
      const { stream, write, end } = pieces(onAborted)
      resolve(new HttpResponse(stream, headOf(head)))
      return {
        write,
        end() {
          responded = !aborted
          end()
        },
      }
    },
    send: (...messages) => call.respond(messages.join('')),
    cut: () => resolve(close(HttpResponse.error())),
  }
  return { call, response, close }
}

function pieces(onAborted: () => void) {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let isEnded = false
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(own) {
      controller = own
      // MSW sends the head of a response with its first chunk, which may be empty.
      own.enqueue(new Uint8Array())
    },
    cancel() {
      isEnded = true
      onAborted()
    },
  })
  return {
    stream,
    write(piece: string | Uint8Array<ArrayBuffer>) {
      if (!isEnded) controller?.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
    },
    end() {
      if (!isEnded) controller?.close()
      isEnded = true
    },
  }
}

const headOf = ({ status = 200, headers = {} }: Head = {}) => ({ status, headers: { ...headers } })

/** Creates a response with text, bytes, or else JSON. */
export function createResponse(body?: unknown, head: Head = {}): Response {
  const { status, headers } = headOf(head)
  const bytes = body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : undefined // no test has a shared one
  const content =
    bytes ?? (typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body))
  const type = bytes
    ? 'application/octet-stream'
    : typeof body === 'string'
      ? 'text/plain'
      : 'application/json'
  return new HttpResponse(content, {
    status,
    headers: content === null ? headers : { 'content-type': type, ...headers },
  })
}
