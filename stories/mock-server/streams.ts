import { HttpResponse, http } from 'msw'
import { type StreamEvent, eventText } from '../../packages/demo-server/src/streams/event-text.ts'
import { MOCK_URL } from '../server/story-server.ts'
import { type FaultRule, takeRule } from './rules.ts'

/** One streamed response, with the controls that the demo server also has for each of its streams. */
export interface MockStream {
  /** Path and query. */
  readonly target: string
  readonly query: URLSearchParams
  /** Returns false if the stream cannot send any more. */
  send(event: StreamEvent): boolean
  end(): void
  /** Breaks off the body: the page gets a network error. */
  cut(): void
  /** Sends nothing from here on, and does not end. */
  mute(): void
  onClosed(listener: () => void): void
}

/** The open streams. */
export const streams = new Set<MockStream>()

/** Serves one path with a stream. Calls `begin` for each request that no fault refuses. */
export function streamEndpoint(
  method: 'get' | 'post',
  path: string,
  begin: (stream: MockStream, request: Request) => void | Promise<void>,
) {
  return http[method](`${MOCK_URL}${path}`, ({ request }) => {
    const { pathname, search } = new URL(request.url)
    const rule = takeRule(pathname + search)
    const faultResponse = rule && faultResponseOf(rule)
    if (faultResponse) return faultResponse
    const [stream, body] = createStream(request, rule)
    streams.add(stream)
    stream.onClosed(() => streams.delete(stream))
    void begin(stream, request)
    return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
  })
}

/** The response for those faults that do not start a stream. */
function faultResponseOf({ fault, status, retryAfter }: FaultRule): Response | undefined {
  switch (fault) {
    case 'refuse': {
      const headers = retryAfter === undefined ? {} : { 'Retry-After': `${retryAfter}` }
      return new HttpResponse(null, { status, headers })
    }
    case 'wrong-type':
      return HttpResponse.json({ title: 'This is not a stream' })
    case 'no-content':
      return new HttpResponse(null, { status: 204 })
    default:
      return undefined
  }
}

/** An error discards what the page has not read yet. So the mock waits this long before it breaks off, in ms. */
const FLUSH_MS = 30

/** Ends a body so that the page gets a network error. */
function breakOff(controller: ReadableStreamDefaultController<Uint8Array>): void {
  setTimeout(() => controller.error(new TypeError('The mock broke off the response')), FLUSH_MS)
}

/** A body that breaks off after these bytes. */
export const truncatedBody = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      breakOff(controller)
    },
  })

function createStream(
  request: Request,
  rule: FaultRule | undefined,
): [MockStream, ReadableStream<Uint8Array>] {
  const closed: (() => void)[] = []
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array>
  let state: 'open' | 'muted' | 'ended' = 'open'
  let left = rule && /^(cut|end|silence)$/.test(rule.fault) ? rule.afterEvents : Number.POSITIVE_INFINITY
  const finish = (act: () => void): void => {
    if (state === 'ended') return
    state = 'ended'
    act()
    for (const listener of closed.splice(0)) listener()
  }
  const body = new ReadableStream<Uint8Array>({
    start: (created) => void (controller = created),
    cancel: () => finish(() => undefined),
  })
  const { pathname, search, searchParams } = new URL(request.url)
  const stream: MockStream = {
    target: pathname + search,
    query: searchParams,
    send(event) {
      if (state !== 'open') return false
      const bytes = encoder.encode(eventText(event))
      if ((left -= 1) < 0) return applyFault(bytes)
      controller.enqueue(bytes)
      return true
    },
    end: () => finish(() => controller.close()),
    cut: () => finish(() => breakOff(controller)),
    mute: () => void (state = state === 'open' ? 'muted' : state),
    onClosed: (listener) => void closed.push(listener),
  }
  function applyFault(bytes: Uint8Array): false {
    if (rule?.fault === 'cut') {
      controller.enqueue(bytes.subarray(0, rule.bytes))
      stream.cut()
    } else if (rule?.fault === 'end') stream.end()
    else stream.mute()
    return false
  }
  return [stream, body]
}
