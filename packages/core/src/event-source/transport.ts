import { type EventStreamParser, type ServerSentEvent, createEventStreamParser } from './parser.ts'
import type { Pacer } from './pacer.ts'
import { TautlineError } from '../shared/errors.ts'
import type { StreamFormat } from './formats.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type HttpRequest,
  fetchResponse,
  closedError,
  cancelBody,
  classifyFetchError,
} from '../http/fetch-response.ts'

/** What a stream of server-sent events reports. */
export interface EventStreamEvents extends TransportEvents<ServerSentEvent> {
  /** A block has a type but no data, so it is not an event. */
  empty?(event: ServerSentEvent): void
}

/** The parameters of one request for server-sent events. */
export interface EventSourceRequest extends HttpRequest, Pacer {
  readonly lastEventId: string | undefined
  /** The longest event, in characters (UTF-16 units). */
  readonly limit: number
  /** Creates the parser of another format. @default server-sent events */
  readonly createParser?: StreamFormat['createParser'] | undefined
  /** True for a response that is not requested again: its last event may have no blank line. */
  readonly isWholeResponse?: boolean
  /** Returns the outcome of a response that opens no stream; undefined if it opens one. */
  classifyResponse(response: Response): Outcome | undefined
  /** Returns the outcome with what the body of the response says. @default without the body */
  readError?(outcome: Outcome, response: Response): Promise<Outcome>
}

/** The size of the slices in which a chunk is decoded, in bytes. The page can also paint between two events. */
const SLICE_BYTES = 65_536

/** Sends one request and reads its server-sent events until the body ends (HTML standard, section 9.2). */
export function eventSourceTransport(request: EventSourceRequest, on: EventStreamEvents): TransportHandle {
  const { signal } = request
  let parser: EventStreamParser | undefined
  const run = async () => {
    const response = await fetchResponse(request)
    // A custom `fetch` may ignore its signal.
    if (signal.aborted) return cancelBody(response)
    const outcome = request.classifyResponse(response)
    if (outcome) {
      if (request.readError) return on.ended(await request.readError(outcome, response))
      cancelBody(response)
      return on.ended(outcome)
    }
    on.opened({ protocol: '', url: response.url || request.url.href, headers: response.headers })
    parser = createParser(request, response, on)
    if (response.body) await readStream(response.body, request, parser.feed, on.activity)
    const isTruncated = parser.end(request.isWholeResponse === true)
    if (parser.isWhole && !isTruncated) return on.ended({ kind: 'complete' })
    on.ended({
      kind: 'retryable',
      error: isTruncated ? truncatedError() : closedError('The server ended the stream', true),
    })
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) on.ended(classifyFetchError(error))
  })
  return { close: () => parser?.stop() }
}

function createParser(request: EventSourceRequest, { headers }: Response, on: EventStreamEvents) {
  const parser: EventStreamParser = (request.createParser ?? createEventStreamParser)(
    {
      onEvent(event) {
        on.message(event, event.id)
        if (request.isTimeUp?.()) parser.pause()
      },
      onEmpty: on.empty,
      onId: on.cursor,
      onRetry: on.serverDelay,
    },
    { ...request, contentType: headers.get('content-type') ?? '' },
  )
  return parser
}

export async function readStream(
  body: ReadableStream<Uint8Array>,
  { signal, runPaced }: Pick<EventSourceRequest, 'signal' | 'runPaced'>,
  feed: (text: string) => string,
  activity?: () => void,
): Promise<void> {
  // The decoder removes one byte order mark, as the standard requires, and joins characters that chunks have split.
  const decoder = new TextDecoder()
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw closedError('The stream broke off', false, cause)
    })
    signal.throwIfAborted()
    if (done) return void feed(decoder.decode())
    for (let offset = 0; offset < value.length; offset += SLICE_BYTES) {
      const slice = value.subarray(offset, offset + SLICE_BYTES)
      let rest = decoder.decode(slice, { stream: true })
      let { length: size } = slice
      do {
        const nextTurn = runPaced(size, () => (rest = feed(rest)))
        size = 0
        // Called after the listeners, so that the time they take does not count as silence of the server.
        activity?.()
        if (!nextTurn) continue
        await nextTurn
        signal.throwIfAborted()
      } while (rest)
    }
  }
}

function truncatedError(): TautlineError {
  const text = 'The response is truncated: it ended inside a line. Check the server and its proxies.'
  return new TautlineError('truncated', text, { closeCode: 1006, reason: '', wasClean: false })
}
