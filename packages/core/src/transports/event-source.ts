import { TautlineError, isTautlineError } from '../errors.ts'
import { type ServerSentEvent, createEventStreamParser } from '../event-stream.ts'
import type { ConnectRequest, Fetch, Outcome, Transport, TransportEvents } from '../transport.ts'

export interface EventSourceRequest extends ConnectRequest {
  readonly init: RequestInit
  readonly lastEventId: string | undefined
  /** The longest event, in characters. */
  readonly limit: number
  readonly fetch: Fetch | undefined
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
    const answer = await ask(request)
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

async function ask({ fetch, url, init, signal }: EventSourceRequest): Promise<Response> {
  signal.throwIfAborted()
  if (!fetch) {
    throw new TautlineError('unsupported', 'No fetch here: pass one as environment.fetch', {
      feature: 'fetch',
    })
  }
  try {
    return await fetch(url.href, { ...init, signal })
  } catch (cause) {
    const text = 'No answer: the network is down, the name or the certificate is wrong, or CORS forbids it'
    throw new TautlineError('connect-failed', text, { closeCode: 1006, reason: '', wasClean: false }, cause)
  }
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

/** An error body may be endless: what nobody reads is given back. */
function discard({ body }: Response): void {
  // It may have broken meanwhile, which is nobody's concern.
  body?.cancel().catch(() => {})
}

function closed(text: string, wasClean: boolean, cause?: unknown): TautlineError<'closed'> {
  return new TautlineError('closed', text, { closeCode: wasClean ? 1000 : 1006, reason: '', wasClean }, cause)
}

function outcomeOf(error: unknown): Outcome {
  if (!isTautlineError(error))
    return { kind: 'fatal', error: error instanceof Error ? error : new Error(String(error)) }
  return { kind: error.code === 'closed' || error.code === 'connect-failed' ? 'lost' : 'fatal', error }
}
