import { HttpResponse, http } from 'msw'
import { type StreamEvent, eventText } from '../../packages/demo-server/src/streams/event-text.ts'
import { MOCK_URL } from '../server/story-server.ts'
import { type Wish, takeRule } from './rules.ts'

/** One answer that streams, with what the demo server can also do to each of its own. */
export interface MockStream {
  /** Path and query. */
  readonly target: string
  readonly query: URLSearchParams
  /** False when nothing gets out any more. */
  send(event: StreamEvent): boolean
  end(): void
  /** Breaks it off: the page reads a network error. */
  cut(): void
  /** From here on it says nothing, and does not end. */
  mute(): void
  onClosed(listener: () => void): void
}

/** Those that are open. */
export const streams = new Set<MockStream>()

/** Serves one path with a stream; `begin` is called when the head is out. */
export function streamEndpoint(
  method: 'get' | 'post',
  path: string,
  begin: (stream: MockStream, request: Request) => void | Promise<void>,
) {
  return http[method](`${MOCK_URL}${path}`, ({ request }) => {
    const { pathname, search } = new URL(request.url)
    const rule = takeRule(pathname + search)
    const refusal = rule && refusalOf(rule)
    if (refusal) return refusal
    const [stream, body] = createStream(request, rule)
    streams.add(stream)
    stream.onClosed(() => streams.delete(stream))
    void begin(stream, request)
    return new HttpResponse(body, { headers: { 'Content-Type': 'text/event-stream' } })
  })
}

/** The faults that leave no stream behind. */
function refusalOf({ fault, status, retryAfter }: Wish): Response | undefined {
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

/** How long what was sent last has to get out before the error that would overtake it, in ms. */
const OUT = 30

/** The end that a page reads as a network error. */
function breakOff(controller: ReadableStreamDefaultController<Uint8Array>): void {
  setTimeout(() => controller.error(new TypeError('The mock broke off')), OUT)
}

/** A body of which this much comes, before it breaks off. */
export const brokenOff = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes)
      breakOff(controller)
    },
  })

function createStream(request: Request, rule: Wish | undefined): [MockStream, ReadableStream<Uint8Array>] {
  const closed: (() => void)[] = []
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array>
  let state: 'open' | 'mute' | 'over' = 'open'
  let left = rule && /^(cut|end|silence)$/.test(rule.fault) ? rule.afterEvents : Number.POSITIVE_INFINITY
  const over = (finish: () => void): void => {
    if (state === 'over') return
    state = 'over'
    finish()
    for (const listener of closed.splice(0)) listener()
  }
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: () => over(() => undefined),
  })
  const { pathname, search, searchParams } = new URL(request.url)
  const stream: MockStream = {
    target: pathname + search,
    query: searchParams,
    send(event) {
      if (state !== 'open') return false
      const bytes = encoder.encode(eventText(event))
      if ((left -= 1) < 0) return strike(bytes)
      controller.enqueue(bytes)
      return true
    },
    end: () => over(() => controller.close()),
    cut: () => over(() => breakOff(controller)),
    mute: () => void (state = state === 'open' ? 'mute' : state),
    onClosed: (listener) => void closed.push(listener),
  }
  function strike(bytes: Uint8Array): false {
    if (rule?.fault === 'cut') {
      controller.enqueue(bytes.subarray(0, rule.bytes))
      stream.cut()
    } else if (rule?.fault === 'end') stream.end()
    else stream.mute()
    return false
  }
  return [stream, body]
}
