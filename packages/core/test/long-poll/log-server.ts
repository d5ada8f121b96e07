import type { FakeRequest, TestEnvironment } from '../../src/testing/index.ts'

/** How it meets the requests that have not been met yet. */
export type Mood =
  /** As it should; it holds the request where there is nothing new. */
  | 'ok'
  /** The same, and half of the answer is still on its way. */
  | 'slow'
  /** The answer breaks off. */
  | 'cut'
  /** A proxy made half of an answer the whole of it. */
  | 'garbled'
  | 'nothing'
  | 'busy'
  | 'broken'
  | 'portal'
  | 'unreachable'

const HEADS = {
  nothing: { status: 304 },
  busy: { status: 503, headers: { 'retry-after': '3' } },
  broken: { status: 500, headers: {} },
  portal: { status: 200, headers: { 'content-type': 'text/html' } },
}

export interface LogServerOptions {
  /** What a cursor names: a place in the log, or one of several entries that happened together, all of which come again. */
  readonly cursor: 'exact' | 'coarse'
  /** How many entries a response has at most. */
  readonly limit: number
}

/** How many entries a coarse cursor cannot tell apart. */
const TOGETHER = 3

/** A naive server: it keeps all that has ever happened, and answers a poll with what comes after its cursor. */
export function createLogServer(environment: TestEnvironment, { cursor, limit }: LogServerOptions) {
  const log: string[] = []
  /** Those that it has done with. */
  const done = new Set<FakeRequest>()
  const held = new Set<FakeRequest>()
  const halves = new Map<FakeRequest, string>()

  /** In the query, in a header, or in the body. */
  function placeOf({ url, headers, body }: FakeRequest): string | undefined {
    const sent =
      typeof body === 'string' ? (JSON.parse(body) as { readonly since?: string }).since : undefined
    return sent ?? headers.get('x-since') ?? new URL(url).searchParams.get('since') ?? undefined
  }

  /** Undefined: there is nothing to say yet. */
  function answerTo(request: FakeRequest): string | undefined {
    const place = placeOf(request)
    const from = Number(place ?? 0) * (cursor === 'exact' ? 1 : TOGETHER)
    // Of what happened together all has to be said, or a coarse cursor would never get behind it.
    const list = log.slice(from, from + (cursor === 'exact' ? limit : Math.max(limit, TOGETHER + 1)))
    if (list.length === 0) return undefined
    const last = from + list.length
    return JSON.stringify({ list, next: cursor === 'exact' ? last : Math.floor((last - 1) / TOGETHER) })
  }

  function respond(request: FakeRequest, mood: Mood): void {
    const text = answerTo(request)
    if (text === undefined) {
      held.add(request)
      return
    }
    held.delete(request)
    request.respond({ headers: { 'content-type': 'application/json' } })
    const half = mood === 'ok' ? text.length : text.length >> 1
    request.write(text.slice(0, half))
    if (mood === 'slow') halves.set(request, text.slice(half))
    else end(request, mood === 'cut')
  }

  function end(request: FakeRequest, broken: boolean): void {
    request[broken ? 'fail' : 'end']()
    done.add(request)
  }

  function refuse(request: FakeRequest, mood: keyof typeof HEADS | 'unreachable'): void {
    if (mood === 'unreachable') request.fail()
    else request.respond(HEADS[mood])
    done.add(request)
  }

  const isOpen = (request: FakeRequest) => !request.aborted && !done.has(request)

  return {
    log,
    publish(): void {
      log.push(`…${log.length + 1}`)
      for (const request of held) if (isOpen(request)) respond(request, 'ok')
    },
    /** Meets the requests that wait. */
    meet(mood: Mood): void {
      for (const request of environment.requests.filter(isOpen)) {
        if (held.has(request) || halves.has(request)) continue
        if (mood === 'ok' || mood === 'slow' || mood === 'cut' || mood === 'garbled') respond(request, mood)
        else refuse(request, mood)
      }
    },
    /** What is on its way arrives, or is lost. */
    finish(broken: boolean): void {
      for (const [request, rest] of halves) {
        if (!isOpen(request)) continue
        if (!broken) request.write(rest)
        end(request, broken)
      }
      halves.clear()
    },
    /** How many requests the page waits for. */
    get waiting(): number {
      return environment.requests.filter(isOpen).length
    },
  }
}
