import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { ServerConnection, Server } from '../support/mock-server.ts'
import { longPollKind } from './kind.ts'
import { type Call, type PollSequence, callOf, createPollSequence } from './poll-sequence.ts'
import { userOf } from '../support/tokens.ts'

/** The origin of the mocked server. Each path has its own log. */
const ORIGIN = 'http://server.test'

/** More requests than this are a loop. */
const MAX_REQUESTS = 500

type MaybeResponse = Response | undefined

export interface PollServer extends Server {
  /** All requests of this test, oldest first. */
  readonly calls: readonly Call[]
  /** The newest one. Throws if there is none. */
  readonly call: Call
  /** The highest number of parallel requests for one path. */
  readonly maxParallel: number
  /** Returns a response instead of that of the log. */
  onCall: (call: Call) => MaybeResponse | Promise<MaybeResponse> | void
  /** Makes a response of texts and the next cursor. */
  shape: (texts: readonly string[], next: string) => Response
  /** Appends texts for all pages that poll this path, as one response. */
  publish(path: string, ...texts: string[]): void
}

const nothing = () => {}

const logKey = ({ path, token }: Pick<ServerConnection, 'path' | 'token'>) => `${path} ${userOf(token)}`

/** An HTTP server in the test process that holds requests until there is something new; call it once per test file. */
export function mockPollServer(): PollServer {
  const calls: Call[] = []
  const sequences: PollSequence[] = []
  const faults: string[] = []
  let maxParallel = 0
  const logs = new Map<string, string[][]>()
  const newest = <One>(list: readonly One[]) => {
    const one = list.at(-1)
    if (!one) throw new Error('Nobody has called the server')
    return one
  }
  /** Each user has their own log. */
  const logAt = (path: string, token: string | undefined) => {
    const name = logKey({ path, token })
    const log = logs.get(name) ?? []
    logs.set(name, log)
    return log
  }
  function publish(path: string, token: string | undefined, texts: string[]): void {
    logAt(path, token).push(texts)
    for (const sequence of sequences)
      if (logKey(sequence) === logKey({ path, token }))
        sequence.respondToHeld((call) => responseFor(call, sequence))
  }

  /** A request with the cursor of the last response continues its sequence; any other begins a new one. */
  function sequenceOf(call: Call): PollSequence {
    const known = sequences.find((sequence) => sequence.continuesWith(call))
    if (known) return known
    // A request with a cursor must not run in parallel with another one.
    const beside = calls.find((one) => one !== call && logKey(one) === logKey(call) && one.isInFlight)
    if (beside && call.since !== undefined) faults.push(`${call.path} since ${call.since}, beside another`)
    const sequence = createPollSequence(call, (texts) => publish(call.path, call.token, [...texts]))
    sequences.push(sequence)
    return sequence
  }

  /** Returns undefined if there is nothing new. Without a cursor a page begins at the end of the log. */
  function responseFor({ path, since, token }: Call, sequence: PollSequence): MaybeResponse {
    const log = logAt(path, token)
    const position = since === undefined ? log.length : Number(since)
    const texts = log[position]
    const next = String(position + (texts ? 1 : 0))
    // The first request gets a response at once.
    return texts || sequence.isNew ? server.shape(texts ?? [], next) : undefined
  }

  function count({ path }: Call): void {
    maxParallel = Math.max(maxParallel, calls.filter((call) => call.path === path && call.isInFlight).length)
  }

  const server: PollServer = {
    kind: longPollKind,
    origin: ORIGIN,
    calls,
    connections: sequences satisfies readonly ServerConnection[],
    get call() {
      return newest(calls)
    },
    get connection() {
      return newest(sequences)
    },
    get maxParallel() {
      return maxParallel
    },
    get unfinished() {
      return calls.filter(({ isInFlight }) => isInFlight)
    },
    onCall: nothing,
    shape: plain,
    publish: (path, ...texts) => publish(path, undefined, texts),
    accept: () => void (server.onCall = nothing),
    refuse: () => void (server.onCall = () => new HttpResponse('not now', { status: 503 })),
    // MSW cannot break off a response, so there is none.
    drop: () => void (server.onCall = () => HttpResponse.error()),
    reset() {
      const wrong = faults.splice(0)
      calls.length = sequences.length = maxParallel = 0
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
      const sequence = sequenceOf(call)
      if (calls.length === MAX_REQUESTS) faults.push(`${MAX_REQUESTS} requests, the last for ${call.url}`)
      // A page that sends requests in a loop would never end its test.
      if (calls.length >= MAX_REQUESTS) return sequence.respond(call, () => undefined)
      return sequence.respond(call, async () => (await server.onCall(call)) ?? responseFor(call, sequence))
    }),
  )
  beforeAll(() => msw.listen({ onUnhandledFrame: 'error' }))
  afterEach(() => server.reset())
  afterAll(() => msw.close())
  return server
}

/** One text is the body, several are a list, and the cursor is in a header. */
function plain(texts: readonly string[], next: string): Response {
  const headers = { 'x-next': next }
  if (texts.length > 1) return HttpResponse.json(texts, { headers })
  return new HttpResponse(texts[0], { headers: { ...headers, 'content-type': 'text/plain' } })
}

/** A response with the cursor in its body. */
export function listed(texts: readonly string[], next: string): Response {
  return HttpResponse.json({ next, list: texts })
}
