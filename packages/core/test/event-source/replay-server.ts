import type { FakeRequest, TestEnvironment } from '../../src/testing/index.ts'

/** One thing that has happened on the server; what has no data is an ID alone, of an event that was not for this client. */
interface Entry {
  readonly id: string
  readonly data: string | undefined
}

/** How it meets the requests that have not been answered yet. */
export type Mood = 'ok' | 'busy' | 'broken' | 'portal' | 'unreachable' | 'moved'

const HEADS = {
  ok: {},
  moved: { url: 'https://elsewhere.example/news' },
  busy: { status: 503, headers: { 'retry-after': '3' } },
  broken: { status: 500, headers: {} },
  portal: { status: 200, headers: { 'content-type': 'text/html' } },
}

/** A naive server: it keeps all that has ever happened, and replays what comes after `Last-Event-ID`. */
export function createReplayServer(environment: TestEnvironment) {
  const log: Entry[] = []
  const streams = new Map<FakeRequest, { next: number; bytes: number[] }>()
  const met = new Set<FakeRequest>()

  /** What is in the header, or in the query; a header is made of bytes, which are UTF-8. */
  function placeOf({ headers, url }: FakeRequest): string | undefined {
    const sent = headers.get('last-event-id')
    if (sent === null) return new URL(url).searchParams.get('lastEventId') ?? undefined
    return new TextDecoder().decode(Uint8Array.from(sent, (char) => char.charCodeAt(0)))
  }

  function encode({ id, data }: Entry): Uint8Array {
    const noise = id.length % 2 > 0 ? ': noise\n' : 'retry: 100\n'
    return new TextEncoder().encode(`${noise}id: ${id}\n${data === undefined ? '' : `data: ${data}\n`}\n`)
  }

  /** Puts what has not been sent yet on the wire. */
  function feed(): void {
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
      // Characters of one, two and three bytes, so that a cut may be in the middle of one.
      log.push({ id: `é${number}`, data: silent ? undefined : `…${number}` })
      feed()
    },
    /** Meets the requests that wait. */
    meet(mood: Mood): void {
      for (const request of environment.requests) {
        if (met.has(request) || request.aborted) continue
        met.add(request)
        if (mood === 'unreachable') {
          request.fail()
          continue
        }
        request.respond(HEADS[mood])
        if (mood !== 'ok' && mood !== 'moved') continue
        const place = placeOf(request)
        streams.set(request, { next: log.findIndex(({ id }) => id === place) + 1, bytes: [] })
        feed()
      }
    },
    /** So many bytes arrive, in pieces. */
    arrive(count: number, piece: number): void {
      for (const [request, { bytes }] of streams) {
        const now = bytes.splice(0, count)
        for (let at = 0; at < now.length; at += piece)
          request.write(new Uint8Array(now.slice(at, at + piece)))
      }
    },
    /** What is still on the wire is lost. */
    cut(how: 'fail' | 'end'): void {
      for (const request of streams.keys()) request[how]()
      streams.clear()
    },
  }
}
