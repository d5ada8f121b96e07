import { type EventStreamParser, type ServerSentEvent, createEventStreamParser } from './parser.ts'
import type { Pacer } from './pacer.ts'
import { TautlineError, unsupportedError } from '../shared/errors.ts'
import { createUtf8Decoder } from '../shared/utf8.ts'
import type { StreamFormat } from './formats.ts'
import type { TransportEvents, TransportHandle } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type HttpRequest,
  fetchResponse,
  closedError,
  cancelBody,
  classifyFetchError,
  isPolyfill,
  isStream,
  throwIfAborted,
  type ReadResult,
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
  /** True for a response that is complete at its end: its last event may have no blank line. */
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
    // It resolves when the response is complete, which a stream never is.
    if (request.fetch && isPolyfill(request.fetch)) throw noStreamError()
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
    await readStream(response.body, request, parser.feed, on.activity)
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
  const { isTimeUp } = request
  const parser: EventStreamParser = (request.createParser ?? createEventStreamParser)(
    {
      onEvent(event) {
        on.message(event, event.id)
        if (isTimeUp?.()) parser.pause()
      },
      onEmpty(event) {
        on.empty?.(event)
        if (isTimeUp?.()) parser.pause()
      },
      onId: on.cursor,
      onRetry: on.serverDelay,
    },
    { ...request, contentType: headers.get('content-type') ?? '' },
  )
  return parser
}

export async function readStream(
  body: unknown,
  { signal, runPaced }: Pick<EventSourceRequest, 'signal' | 'runPaced'>,
  feed: (text: string) => string,
  activity?: () => void,
): Promise<void> {
  if (body === null) return
  if (!isStream(body)) throw noStreamError()
  const decode = createUtf8Decoder()
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value }: ReadResult = await reader.read().catch((cause: unknown) => {
      throw closedError('The stream broke off', false, cause)
    })
    throwIfAborted(signal)
    if (done) return void feed(decode())
    for (let offset = 0; offset < value.length; offset += SLICE_BYTES) {
      let rest = decodeSlice(value, offset, decode)
      let size = Math.min(value.length - offset, SLICE_BYTES)
      do {
        const nextTurn = runPaced(size, () => (rest = feed(rest)))
        size = 0
        // Called after the listeners, so that the time they take does not count as silence of the server.
        activity?.()
        if (!nextTurn) continue
        await nextTurn
        throwIfAborted(signal)
      } while (rest)
    }
  }
}

const decodeSlice = (value: Uint8Array | string, offset: number, decode: (bytes: Uint8Array) => string) =>
  typeof value === 'string'
    ? value.slice(offset, offset + SLICE_BYTES)
    : decode(value.subarray(offset, offset + SLICE_BYTES))

const noStreamError = (): TautlineError =>
  unsupportedError(
    'fetch that streams',
    'in React Native, pass an environment with `streamFetch` of @tautline/core/react-native',
  )

function truncatedError(): TautlineError {
  const text = 'The response is truncated: it ended inside a line. Check the server and its proxies.'
  return new TautlineError('truncated', text, { closeCode: 1006, reason: '', wasClean: false })
}
