import { type ServerSentEvent, createEventStreamParser } from './parser.ts'
import type { Transport, TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import {
  type HttpRequest,
  fetchResponse,
  closedError,
  cancelBody,
  classifyFetchError,
} from '../http/fetch-response.ts'

export interface EventSourceRequest extends HttpRequest {
  readonly lastEventId: string | undefined
  /** The longest event, in characters. */
  readonly limit: number
  /** What an answer means that does not open the line; undefined: it does. */
  classifyResponse(response: Response): Outcome | undefined
  /** Does the work on so many bytes; a promise: before the next the page has its turn. */
  runPaced(size: number, work: () => void): Promise<void> | undefined
}

/** A chunk may have megabytes, and the page is to paint meanwhile: it is read in slices of so many bytes. */
const SLICE_BYTES = 65_536

/** One stream of server-sent events, from the request to the end of the body (HTML standard, section 9.2). */
export const eventSourceTransport: Transport<ServerSentEvent, EventSourceRequest> = (request, on) => {
  const { signal } = request
  const parser = createEventStreamParser(
    {
      onEvent: (event) => on.message(event, event.id),
      onId: on.cursor,
      onRetry: on.serverDelay,
    },
    request,
  )
  const run = async () => {
    const response = await fetchResponse(request)
    // A `fetch` of somebody's own may not mind its signal.
    if (signal.aborted) return cancelBody(response)
    const outcome = request.classifyResponse(response)
    if (outcome) {
      cancelBody(response)
      return on.ended(outcome)
    }
    on.opened({ protocol: '', url: response.url || request.url.href, headers: response.headers })
    if (response.body) await readStream(response.body, request, on, parser.feed)
    on.ended({ kind: 'retryable', error: closedError('The server ended the stream', true) })
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) on.ended(classifyFetchError(error))
  })
  return { close: parser.stop }
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  { signal, runPaced }: EventSourceRequest,
  { activity }: TransportEvents<ServerSentEvent>,
  feed: (text: string) => void,
): Promise<void> {
  // Strips one byte order mark, as the standard wants it, and keeps a character that a chunk has cut.
  const decoder = new TextDecoder()
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw closedError('The stream broke off', false, cause)
    })
    signal.throwIfAborted()
    if (done) return
    for (let offset = 0; offset < value.length; offset += SLICE_BYTES) {
      const slice = value.subarray(offset, offset + SLICE_BYTES)
      const nextTurn = runPaced(slice.length, () => feed(decoder.decode(slice, { stream: true })))
      // Behind the listeners: as long as they keep the page busy, the silence is not the server's.
      activity()
      if (!nextTurn) continue
      await nextTurn
      signal.throwIfAborted()
    }
  }
}
