import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { type ServerSentEventMessage, sse } from 'msw/sse'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { eventSourceKind } from './kind.ts'
import type { ServerConnection, Server } from '../support/mock-server.ts'
import { tokenOf } from '../support/tokens.ts'

// What a page has and Node has not: msw's `sse` insists on it, and nothing here uses it.
globalThis.EventSource ??= (await import('eventsource')).EventSource

/** Where the mocked server listens. Any path is a destination of its own. */
const ORIGIN = 'http://server.test'

/** One request, as the server sees it. */
export interface Call extends ServerConnection {
  readonly method: string
  readonly headers: Headers
  /** All of the request's body. */
  readonly body: string
  /** The page has given the request up, and the server can stop its work. */
  readonly aborted: boolean
  /** The response is complete. */
  readonly ended: boolean
  /** One `message` event for each, all in one piece. */
  send(...messages: string[]): void
  /** The next piece of the body, as it is. */
  write(piece: string | Uint8Array): void
  end(): void
}

type MaybeResponse = Response | undefined

export interface StreamServer extends Server {
  /** Its connections, as what they are: every request since the test began, oldest first. */
  readonly calls: readonly Call[]
  /** The newest one. Throws when nobody has called. */
  readonly call: Call
  /** Answers instead of a stream of events; may take its time, and what it says before is in the stream. */
  onCall: (call: Call) => MaybeResponse | Promise<MaybeResponse> | void
  /** What is said under `/msw/` by msw's own `sse`, to whom. */
  onEvents: (send: (event: ServerSentEventMessage) => void, headers: Headers) => void
}

const nothing = () => {}

/** An HTTP server inside the page's process, which streams events; call it once, at the top of a test file. */
export function mockStreamServer(): StreamServer {
  const calls: Call[] = []
  const server: StreamServer = {
    kind: eventSourceKind,
    origin: ORIGIN,
    calls,
    connections: calls,
    get call() {
      const newest = calls.at(-1)
      if (!newest) throw new Error('Nobody has called the server')
      return newest
    },
    get connection() {
      return server.call
    },
    get unfinished() {
      return calls.filter(({ aborted, ended }) => !aborted && !ended)
    },
    onCall: nothing,
    onEvents: nothing,
    accept: () => void (server.onCall = nothing),
    refuse: () => void (server.onCall = () => refusal(503)),
    drop: () => void (server.onCall = (call) => call.cut()),
    reset() {
      calls.length = 0
      server.accept()
      server.onEvents = nothing
    },
  }
  const msw = setupServer(
    sse(`${ORIGIN}/msw/*`, ({ client, request }) =>
      server.onEvents((event) => client.send(event), request.headers),
    ),
    http.all(`${ORIGIN}/*`, async ({ request }) => {
      const { call, body } = await callOf(request)
      calls.push(call)
      const response = await server.onCall(call)
      if (!response) return new HttpResponse(body, { headers: { 'content-type': 'text/event-stream' } })
      call.end()
      return response
    }),
  )
  beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => server.reset())
  afterAll(() => msw.close())
  return server
}

async function callOf(request: Request): Promise<{ readonly call: Call; readonly body: ReadableStream }> {
  let bodyController: ReadableStreamDefaultController<Uint8Array> | undefined
  let [aborted, ended] = [false, false]
  const gone = () => void (aborted = true)
  request.signal.addEventListener('abort', gone)
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    bodyController = controller
    // The mocked network sends the head of a response with the first piece of its body, be it empty.
    controller.enqueue(new Uint8Array())
  }
  const body = new ReadableStream({ start, cancel: gone })
  const { pathname, search } = new URL(request.url)
  const call: Call = {
    path: pathname + search,
    token: tokenOf(request.headers),
    method: request.method,
    headers: request.headers,
    body: await request.text(),
    get aborted() {
      return aborted
    },
    get ended() {
      return ended
    },
    get over() {
      if (aborted) return 'left'
      return ended ? 'lost' : undefined
    },
    send: (...messages) => call.write(messages.map((message) => `data: ${message}\n\n`).join('')),
    write(piece) {
      if (!aborted)
        bodyController?.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
    },
    end() {
      if (!aborted && !ended) bodyController?.close()
      ended = true
    },
    cut: () => call.end(),
  }
  return { call, body }
}

/** A response that is no stream of events. */
export function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new HttpResponse(status === 204 ? null : 'not a stream', { status, headers })
}
