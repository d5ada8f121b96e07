import { HttpResponse } from 'msw'
import type { ServerConnection } from '../support/mock-server.ts'
import { tokenOf, userOf } from '../support/tokens.ts'

/** One request, as the server sees it. */
export interface Call {
  /** Path and query without `since`: the name of the log. */
  readonly path: string
  /** Identifies the user. */
  readonly token: string | undefined
  readonly url: string
  readonly method: string
  readonly headers: Headers
  /** The whole body of the request. */
  readonly body: string
  /** The cursor, from query, header, body or validators. */
  readonly since: string | undefined
  /** Whether the page has aborted it. */
  readonly aborted: boolean
  /** Whether it has no response and is not aborted. */
  readonly isInFlight: boolean
  /** Marks the request as completed. */
  respond(response: Response): Response
}

/** Requests of one page, each with the cursor of the last response. */
export interface PollSequence extends ServerConnection {
  /** Whether there was no response yet. */
  readonly isNew: boolean
  continuesWith(call: Call): boolean
  /** Sends the found response, or holds the request until there is one. */
  respond(call: Call, find: () => Response | undefined | Promise<Response | undefined>): Promise<Response>
  /** Responds to a held request if there is something new. */
  respondToHeld(news: (call: Call) => Response | undefined): void
}

/** Reads a request and watches for its abort. */
export async function callOf(request: Request): Promise<Call> {
  let [aborted, responded] = [false, false]
  const onAborted = () => void (aborted = !responded)
  request.signal.addEventListener('abort', onAborted)
  const url = new URL(request.url)
  const { pathname, searchParams } = url
  const { method, headers } = request
  const body = await request.text()
  if (request.signal.aborted) onAborted()
  const since =
    searchParams.get('since') ?? headers.get('x-since') ?? headers.get('if-none-match') ?? inBody(body)
  searchParams.delete('since')
  return {
    path: `${pathname}${url.search}`,
    token: tokenOf(headers),
    url: request.url,
    method,
    headers,
    body,
    since: since?.replaceAll('"', ''),
    get aborted() {
      return aborted
    },
    get isInFlight() {
      return !aborted && !responded
    },
    respond(response) {
      responded = !aborted
      return response
    },
  }
}

function inBody(body: string): string | undefined {
  return /"since":"([^"]*)"/.exec(body)?.[1]
}

const isFailure = ({ type, status }: Response) => type === 'error' || (status >= 400 && status !== 408)

/** @param publish appends to the log that these requests read */
export function createPollSequence(
  { path, token }: Pick<Call, 'path' | 'token'>,
  publish: (texts: readonly string[]) => void,
): PollSequence {
  let last: Call | undefined
  let next: string | undefined
  let [responseCount, lost, failed] = [0, false, false]
  let held: ((response: Response) => void) | undefined
  const close = (call: Call, response: Response) => {
    responseCount++
    failed = isFailure(response)
    lost ||= failed
    next = response.headers.get('x-next') ?? undefined
    return call.respond(response)
  }
  return {
    path,
    token,
    get isNew() {
      return responseCount === 0
    },
    get outcome() {
      if (lost) return 'lost'
      return last?.aborted ? 'left' : undefined
    },
    send: (...texts) => publish(texts),
    cut() {
      // Without a held request the next one fails.
      lost = true
      held?.(HttpResponse.error())
    },
    continuesWith(call) {
      if (!last || last.isInFlight || last.aborted || failed) return false
      const same = call.path === path && call.method === last.method && userOf(call.token) === userOf(token)
      return same && (next === undefined || call.since === next)
    },
    async respond(call, find) {
      last = call
      const response = lost ? HttpResponse.error() : await find()
      if (response) return close(call, response)
      return new Promise((resolve) => {
        held = (found) => {
          held = undefined
          resolve(close(call, found))
        }
      })
    },
    respondToHeld(news) {
      const response = held && last?.isInFlight ? news(last) : undefined
      if (response) held?.(response)
    },
  }
}
