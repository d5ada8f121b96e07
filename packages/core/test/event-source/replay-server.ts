import type { FakeRequest, TestEnvironment } from '../../src/testing/index.ts'

/** An event of the server. Without data it is only an ID, of an event for other clients. */
interface Entry {
  readonly id: string
  readonly data: string | undefined
}

/** How the server responds to pending requests. */
export type ResponseKind = 'ok' | 'busy' | 'broken' | 'portal' | 'unreachable' | 'moved'

const HEADS = {
  ok: {},
  moved: { url: 'https://elsewhere.example/news' },
  busy: { status: 503, headers: { 'retry-after': '3' } },
  broken: { status: 500, headers: {} },
  portal: { status: 200, headers: { 'content-type': 'text/html' } },
}

/** Creates a simple server that stores all events and sends those after `Last-Event-ID`. */
export function createReplayServer(environment: TestEnvironment) {
  const log: Entry[] = []
  const streams = new Map<FakeRequest, { next: number; bytes: number[] }>()
  const handled = new Set<FakeRequest>()

  /** Returns the ID of the header, or else of the query. The bytes of a header are UTF-8. */
  function lastEventIdOf({ headers, url }: FakeRequest): string | undefined {
    const sent = headers.get('last-event-id')
    if (sent === null) return new URL(url).searchParams.get('lastEventId') ?? undefined
    return new TextDecoder().decode(Uint8Array.from(sent, (char) => char.charCodeAt(0)))
  }

  function encode({ id, data }: Entry): Uint8Array {
    const noise = id.length % 2 > 0 ? ': noise\n' : 'retry: 100\n'
    return new TextEncoder().encode(`${noise}id: ${id}\n${data === undefined ? '' : `data: ${data}\n`}\n`)
  }

  /** Queues the new events for all streams. */
  function queueEvents(): void {
    for (const stream of streams.values()) {
      for (; stream.next < log.length; stream.next++) {
        const entry = log[stream.next]
        if (entry) stream.bytes.push(...encode(entry))
      }
    }
  }

  return {
    log,
    publish(silent: boolean): void {
      const number = log.length + 1
      // Characters of one, two and three bytes, so that a chunk may end in the middle of one.
      log.push({ id: `é${number}`, data: silent ? undefined : `…${number}` })
      queueEvents()
    },
    /** Responds to all pending requests. */
    respondToAll(kind: ResponseKind): void {
      for (const request of environment.requests) {
        if (handled.has(request) || request.aborted) continue
        handled.add(request)
        if (kind === 'unreachable') {
          request.fail()
          continue
        }
        request.respond(HEADS[kind])
        if (kind !== 'ok' && kind !== 'moved') continue
        const lastEventId = lastEventIdOf(request)
        streams.set(request, { next: log.findIndex(({ id }) => id === lastEventId) + 1, bytes: [] })
        queueEvents()
      }
    },
    /** Delivers a number of bytes in chunks. */
    deliver(count: number, piece: number): void {
      for (const [request, { bytes }] of streams) {
        const now = bytes.splice(0, count)
        for (let at = 0; at < now.length; at += piece)
          request.write(new Uint8Array(now.slice(at, at + piece)))
      }
    },
    /** Ends all streams. Bytes that were not delivered are lost. */
    cut(how: 'fail' | 'end'): void {
      for (const request of streams.keys()) request[how]()
      streams.clear()
    },
  }
}
