import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { ServerConnection, Server } from '../support/mock-server.ts'
import { longPollKind } from './kind.ts'
import { type Call, type PollSequence, callOf, createPollSequence } from './poll-sequence.ts'
import { userOf } from '../support/tokens.ts'

/** Where the mocked server listens. Any path is a log, and a destination, of its own. */
const ORIGIN = 'http://server.test'

/** No scenario needs so many requests. */
const MAX_REQUESTS = 500

type MaybeResponse = Response | undefined

export interface PollServer extends Server {
  /** Every request since the test began, oldest first. */
  readonly calls: readonly Call[]
  /** The newest one. Throws when nobody has called. */
  readonly call: Call
  /** How many requests for one path have been under way at once, at most. */
  readonly most: number
  /** Answers instead of the log. */
  onCall: (call: Call) => MaybeResponse | Promise<MaybeResponse> | void
  /** What the log answers: these texts, and where the next request goes on from. */
  shape: (texts: readonly string[], next: string) => Response
  /** What is new at this path, for everybody who polls there. Together it is one response. */
  publish(path: string, ...texts: string[]): void
}

const nothing = () => {}

const logKey = ({ path, token }: Pick<ServerConnection, 'path' | 'token'>) => `${path} ${userOf(token)}`

/** An HTTP server inside the page's process, which holds a request until there is something new; call it once, at the top of a test file. */
export function mockPollServer(): PollServer {
  const calls: Call[] = []
  const rows: PollSequence[] = []
  const complaints: string[] = []
  let most = 0
  const logs = new Map<string, string[][]>()
  const newest = <One>(list: readonly One[]) => {
    const one = list.at(-1)
    if (!one) throw new Error('Nobody has called the server')
    return one
  }
  /** Each user has a log of their own. */
  const logAt = (path: string, token: string | undefined) => {
    const name = logKey({ path, token })
    const log = logs.get(name) ?? []
    logs.set(name, log)
    return log
  }
  function publish(path: string, token: string | undefined, texts: string[]): void {
    logAt(path, token).push(texts)
    for (const row of rows)
      if (logKey(row) === logKey({ path, token })) row.look((call) => newsFor(call, row))
  }

  /** A request that goes on from a response is of the same line; any other is a new one. */
  function rowOf(call: Call): PollSequence {
    const known = rows.find((row) => row.goesOnWith(call))
    if (known) return known
    // Who goes on from somewhere is no stranger: the request before this one is over.
    const beside = calls.find((one) => one !== call && logKey(one) === logKey(call) && one.isUnderWay)
    if (beside && call.since !== undefined)
      complaints.push(`${call.path} since ${call.since}, beside another`)
    const row = createPollSequence(call, (texts) => publish(call.path, call.token, [...texts]))
    rows.push(row)
    return row
  }

  /** Undefined: there is nothing new. Who says no place begins at the end. */
  function newsFor({ path, since, token }: Call, row: PollSequence): MaybeResponse {
    const log = logAt(path, token)
    const position = since === undefined ? log.length : Number(since)
    const texts = log[position]
    const next = String(position + (texts ? 1 : 0))
    // Who comes is told at once that it is let in.
    return texts || row.isNew ? server.shape(texts ?? [], next) : undefined
  }

  function count({ path }: Call): void {
    most = Math.max(most, calls.filter((call) => call.path === path && call.isUnderWay).length)
  }

  const server: PollServer = {
    kind: longPollKind,
    origin: ORIGIN,
    calls,
    connections: rows satisfies readonly ServerConnection[],
    get call() {
      return newest(calls)
    },
    get connection() {
      return newest(rows)
    },
    get most() {
      return most
    },
    get unfinished() {
      return calls.filter(({ isUnderWay }) => isUnderWay)
    },
    onCall: nothing,
    shape: plain,
    publish: (path, ...texts) => publish(path, undefined, texts),
    accept: () => void (server.onCall = nothing),
    refuse: () => void (server.onCall = () => new HttpResponse('not now', { status: 503 })),
    // The mocked network cannot break a response off: whoever is dropped at once has had nothing.
    drop: () => void (server.onCall = () => HttpResponse.error()),
    reset() {
      const wrong = complaints.splice(0)
      calls.length = rows.length = most = 0
      logs.clear()
      server.accept()
      server.shape = plain
      expect(wrong, 'requests that should not have been made').toEqual([])
    },
  }
  const msw = setupServer(
    http.all(`${ORIGIN}/*`, async ({ request }) => {
      const call = await callOf(request)
      calls.push(call)
      count(call)
      const row = rowOf(call)
      if (calls.length === MAX_REQUESTS) complaints.push(`${MAX_REQUESTS} requests, the last for ${call.url}`)
      // A page that asks in a loop would never come to the end of its test.
      if (calls.length >= MAX_REQUESTS) return row.respond(call, () => undefined)
      return row.respond(call, async () => (await server.onCall(call)) ?? newsFor(call, row))
    }),
  )
  beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => server.reset())
  afterAll(() => msw.close())
  return server
}

/** One text is the whole body, several are a list, and where to go on is in a header: whatever reads the body finds it. */
function plain(texts: readonly string[], next: string): Response {
  const headers = { 'x-next': next }
  if (texts.length > 1) return HttpResponse.json(texts, { headers })
  return new HttpResponse(texts[0], { headers: { ...headers, 'content-type': 'text/plain' } })
}

/** As many servers answer: where to go on is in the body. */
export function listed(texts: readonly string[], next: string): Response {
  return HttpResponse.json({ next, list: texts })
}
