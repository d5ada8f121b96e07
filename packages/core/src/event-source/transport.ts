import { type ServerSentEvent, createEventStreamParser } from './parser.ts'
import type { Transport, TransportEvents } from '../connection/transport.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type HttpRequest, askFor, closed, discard, outcomeOf } from '../http/fetch-response.ts'

export interface EventSourceRequest extends HttpRequest {
  readonly lastEventId: string | undefined
  /** The longest event, in characters. */
  readonly limit: number
  /** What an answer means that does not open the line; undefined: it does. */
  judge(answer: Response): Outcome | undefined
  /** Does the work on so many bytes; a promise: before the next the page has its turn. */
  pace(size: number, work: () => void): Promise<void> | undefined
}

/** A chunk may have megabytes, and the page is to paint meanwhile: it is read in slices of so many bytes. */
const SLICE = 65_536

/** One stream of server-sent events, from the request to the end of the body (HTML standard, section 9.2). */
export const eventSourceTransport: Transport<ServerSentEvent, EventSourceRequest> = (request, on) => {
  const { signal } = request
  const parser = createEventStreamParser(
    {
      event: (event) => on.message(event, event.id),
      cursor: on.cursor,
      retry: on.hint,
    },
    request,
  )
  const run = async () => {
    const answer = await askFor(request)
    // A `fetch` of somebody's own may not mind its signal.
    if (signal.aborted) return discard(answer)
    const verdict = request.judge(answer)
    if (verdict) {
      discard(answer)
      return on.ended(verdict)
    }
    on.opened({ protocol: '', url: answer.url || request.url.href, headers: answer.headers })
    if (answer.body) await read(answer.body, request, on, parser.feed)
    on.ended({ kind: 'lost', error: closed('The server ended the stream', true) })
  }
  run().catch((error: unknown) => {
    if (!signal.aborted) on.ended(outcomeOf(error))
  })
  return { close: parser.stop }
}

async function read(
  body: ReadableStream<Uint8Array>,
  { signal, pace }: EventSourceRequest,
  { activity }: TransportEvents<ServerSentEvent>,
  feed: (text: string) => void,
): Promise<void> {
  // Strips one byte order mark, as the standard wants it, and keeps a character that a chunk has cut.
  const decoder = new TextDecoder()
  const reader = body.getReader()
  signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw closed('The stream broke off', false, cause)
    })
    signal.throwIfAborted()
    if (done) return
    for (let at = 0; at < value.length; at += SLICE) {
      const slice = value.subarray(at, at + SLICE)
      const turn = pace(slice.length, () => feed(decoder.decode(slice, { stream: true })))
      // Behind the listeners: as long as they keep the page busy, the silence is not the server's.
      activity()
      if (!turn) continue
      await turn
      signal.throwIfAborted()
    }
  }
}
