import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { type ServerSentEventMessage, sse } from 'msw/sse'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { eventSourceKind } from './kind.ts'
import type { ServerConnection, Server } from '../support/mock-server.ts'
import { tokenOf } from '../support/tokens.ts'

// MSW's `sse` requires this global, which Node does not have.
globalThis.EventSource ??= (await import('eventsource')).EventSource

/** The origin of the mocked server. */
const ORIGIN = 'http://server.test'

/** One request, as the server sees it. */
export interface Call extends ServerConnection {
  readonly method: string
  readonly headers: Headers
  /** The whole body of the request. */
  readonly body: string
  /** Whether the page has aborted the request. */
  readonly aborted: boolean
  /** Whether the response is complete. */
  readonly ended: boolean
  /** Sends `message` events in one chunk. */
  send(...messages: string[]): void
  /** Sends a chunk of the body. */
  write(piece: string | Uint8Array): void
  end(): void
}

type MaybeResponse = Response | undefined

export interface StreamServer extends Server {
  /** All requests of this test, oldest first. */
  readonly calls: readonly Call[]
  /** The newest one. Throws if there is none. */
  readonly call: Call
  /** Returns a response instead of the event stream; may be async, and may send events before. */
  onCall: (call: Call) => MaybeResponse | Promise<MaybeResponse> | void
  /** Sends events under `/msw/` by MSW's own `sse`. */
  onEvents: (send: (event: ServerSentEventMessage) => void, headers: Headers) => void
}

const nothing = () => {}

/** An HTTP server in the test process that streams events; call it once, at the top of a test file. */
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
  const onAborted = () => void (aborted = true)
  request.signal.addEventListener('abort', onAborted)
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    bodyController = controller
    // MSW sends the head of a response with its first chunk, which may be empty.
    controller.enqueue(new Uint8Array())
  }
  const body = new ReadableStream({ start, cancel: onAborted })
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
    get outcome() {
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

/** A response without an event stream. */
export function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new HttpResponse(status === 204 ? null : 'not a stream', { status, headers })
}
