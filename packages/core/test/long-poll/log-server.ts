import type { FakeRequest, TestEnvironment } from '../../src/testing/index.ts'

/** How the server responds to pending requests. */
export type ResponseKind =
  /** Normally: it holds the request until there is a new entry. */
  | 'ok'
  /** Sends half of the response now and the rest later. */
  | 'slow'
  /** Breaks off in the middle of the response. */
  | 'cut'
  /** Ends the response after half of its body, as a broken proxy would. */
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
  /** `exact`: a cursor names one entry. `coarse`: it names a group of entries, which are sent again as a whole. */
  readonly cursor: 'exact' | 'coarse'
  /** How many entries a response has at most. */
  readonly limit: number
}

/** How many entries have the same coarse cursor. */
const GROUP_SIZE = 3

/** Creates a simple server that stores all entries and responds to a poll with those after its cursor. */
export function createLogServer(environment: TestEnvironment, { cursor, limit }: LogServerOptions) {
  const log: string[] = []
  /** The requests that have ended. */
  const done = new Set<FakeRequest>()
  const held = new Set<FakeRequest>()
  const halves = new Map<FakeRequest, string>()

  /** Returns the cursor of the query, a header, or the body. */
  function cursorOf({ url, headers, body }: FakeRequest): string | undefined {
    const sent =
      typeof body === 'string' ? (JSON.parse(body) as { readonly since?: string }).since : undefined
    return sent ?? headers.get('x-since') ?? new URL(url).searchParams.get('since') ?? undefined
  }

  /** Returns the body of a response, or undefined if there is no new entry. */
  function responseTo(request: FakeRequest): string | undefined {
    const position = cursorOf(request)
    const from = Number(position ?? 0) * (cursor === 'exact' ? 1 : GROUP_SIZE)
    // A response contains a whole group and more, otherwise a coarse cursor would never move past it.
    const list = log.slice(from, from + (cursor === 'exact' ? limit : Math.max(limit, GROUP_SIZE + 1)))
    if (list.length === 0) return undefined
    const last = from + list.length
    return JSON.stringify({ list, next: cursor === 'exact' ? last : Math.floor((last - 1) / GROUP_SIZE) })
  }

  function respond(request: FakeRequest, kind: ResponseKind): void {
    const text = responseTo(request)
    if (text === undefined) {
      held.add(request)
      return
    }
    held.delete(request)
    request.respond({ headers: { 'content-type': 'application/json' } })
    const half = kind === 'ok' ? text.length : text.length >> 1
    request.write(text.slice(0, half))
    if (kind === 'slow') halves.set(request, text.slice(half))
    else end(request, kind === 'cut')
  }

  function end(request: FakeRequest, broken: boolean): void {
    request[broken ? 'fail' : 'end']()
    done.add(request)
  }

  function refuse(request: FakeRequest, kind: keyof typeof HEADS | 'unreachable'): void {
    if (kind === 'unreachable') request.fail()
    else request.respond(HEADS[kind])
    done.add(request)
  }

  const isOpen = (request: FakeRequest) => !request.aborted && !done.has(request)

  return {
    log,
    publish(): void {
      log.push(`…${log.length + 1}`)
      for (const request of held) if (isOpen(request)) respond(request, 'ok')
    },
    /** Responds to all pending requests. */
    respondToAll(kind: ResponseKind): void {
      for (const request of environment.requests.filter(isOpen)) {
        if (held.has(request) || halves.has(request)) continue
        if (kind === 'ok' || kind === 'slow' || kind === 'cut' || kind === 'garbled') respond(request, kind)
        else refuse(request, kind)
      }
    },
    /** Delivers the rest of all slow responses, or breaks them off. */
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
