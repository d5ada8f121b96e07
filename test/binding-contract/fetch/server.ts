import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { fetchKind } from './kind.ts'
import type { HttpCall, HttpServer, ServerConnection } from '../support/mock-server.ts'
import { tokenOf } from '../support/tokens.ts'

/** Where the mocked server listens. */
const ORIGIN = 'http://server.test'
/** Another origin, for what a page may not read. */
export const FOREIGN = 'http://foreign.test'

/** No scenario needs so many requests. */
const MAX_REQUESTS = 500

/** The head of a response. */
export interface Head {
  /** @default 200 */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** One request, as the server sees it. */
export interface FetchCall extends HttpCall, ServerConnection {
  readonly url: string
  /** The page has given the request up. */
  readonly aborted: boolean
  /** Neither answered to its end nor aborted. */
  readonly isUnderWay: boolean
  /** What is neither text nor bytes is sent as JSON; undefined: nothing is. */
  respond(body?: unknown, head?: Head): void
  /** The head of a response whose body comes in pieces. */
  begin(head?: Head): { write(piece: string | Uint8Array<ArrayBuffer>): void; end(): void }
}

/** An XMLHttpRequest of the page, which has another origin in these tests, asks before it sends (Fetch standard, "CORS-preflight fetch"). */
const PREFLIGHT: Head = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': '*',
    'access-control-allow-headers': 'content-type, x-own, idempotency-key, authorization',
  },
}

/** What an XMLHttpRequest of the page may read. */
function readable(response: Response): Response {
  if (response.type === 'error') return response
  response.headers.set('access-control-allow-origin', '*')
  return response
}

type MaybeResponse = Response | undefined

export interface FetchServer extends HttpServer {
  /** Every request since the test began, oldest first. */
  readonly calls: readonly FetchCall[]
  /** The newest one. Throws when nobody has called. */
  readonly call: FetchCall
  /** Answers at once; a call that this gives nothing waits for its `respond`. */
  onCall: (call: HttpCall) => MaybeResponse | Promise<MaybeResponse> | void
}

const nothing = () => {}

/** An HTTP server inside the page's process, whose responses are the test's; call it once, at the top of a test file. */
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
      return calls.filter(({ isUnderWay }) => isUnderWay).map(({ method, path }) => `${method} ${path}`)
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
    // A page that asks in a loop would never come to the end of its test.
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
  /** What `respond` and `begin` say. */
  readonly response: Promise<Response>
  /** It was answered with this. */
  close(response: Response): Response
}

async function callOf(request: Request): Promise<Received> {
  let [aborted, responded] = [false, false]
  const gone = () => void (aborted = !responded)
  request.signal.addEventListener('abort', gone)
  const { pathname, search } = new URL(request.url)
  const body = await request.text()
  if (request.signal.aborted) gone()
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
    get isUnderWay() {
      return !aborted && !responded
    },
    get over() {
      if (aborted) return 'left'
      return responded ? 'lost' : undefined
    },
    respond: (content, head) => resolve(close(createResponse(content, head))),
    begin(head) {
      const { stream, write, end } = pieces(gone)
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

function pieces(gone: () => void) {
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let over = false
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(own) {
      controller = own
      // The mocked network sends the head of a response with the first piece of its body, be it empty.
      own.enqueue(new Uint8Array())
    },
    cancel() {
      over = true
      gone()
    },
  })
  return {
    stream,
    write(piece: string | Uint8Array<ArrayBuffer>) {
      if (!over) controller?.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
    },
    end() {
      if (!over) controller?.close()
      over = true
    },
  }
}

const headOf = ({ status = 200, headers = {} }: Head = {}) => ({ status, headers: { ...headers } })

/** A response; what is neither text nor bytes is JSON. */
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
