import { HttpResponse } from 'msw'
import type { ServerConnection } from '../support/mock-server.ts'
import { tokenOf, userOf } from '../support/tokens.ts'

/** One request, as the server sees it. */
export interface Call {
  /** Path and query, less `since`: the name of the log. */
  readonly path: string
  /** By which its user is known. */
  readonly token: string | undefined
  readonly url: string
  readonly method: string
  readonly headers: Headers
  /** All of the request's body. */
  readonly body: string
  /** Where it goes on from, wherever it says so: query, header, body or validators. */
  readonly since: string | undefined
  /** The page has given it up before it was answered. */
  readonly aborted: boolean
  /** Neither answered nor aborted. */
  readonly isUnderWay: boolean
  /** Ends it, as the server does. */
  respond(response: Response): Response
}

/** Requests that follow one another, each from where the response to the last one has led. */
export interface PollSequence extends ServerConnection {
  /** Nothing was answered yet. */
  readonly isNew: boolean
  goesOnWith(call: Call): boolean
  /** Answers with what is found, or where nothing is holds the request until there is something. */
  respond(call: Call, find: () => Response | undefined | Promise<Response | undefined>): Promise<Response>
  /** There is something new: a request that is held may have a response. */
  look(news: (call: Call) => Response | undefined): void
}

/** Reads a request; from then on it is known whether the page aborts it. */
export async function callOf(request: Request): Promise<Call> {
  let [aborted, answered] = [false, false]
  const gone = () => void (aborted = !answered)
  request.signal.addEventListener('abort', gone)
  const url = new URL(request.url)
  const { pathname, searchParams } = url
  const { method, headers } = request
  const body = await request.text()
  if (request.signal.aborted) gone()
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
    get isUnderWay() {
      return !aborted && !answered
    },
    respond(response) {
      answered = !aborted
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
  let [responses, lost, failed] = [0, false, false]
  let held: ((response: Response) => void) | undefined
  const close = (call: Call, response: Response) => {
    responses++
    failed = isFailure(response)
    lost ||= failed
    next = response.headers.get('x-next') ?? undefined
    return call.respond(response)
  }
  return {
    path,
    token,
    get isNew() {
      return responses === 0
    },
    get over() {
      if (lost) return 'lost'
      return last?.aborted ? 'left' : undefined
    },
    send: (...texts) => publish(texts),
    cut() {
      // Where none is held it is the next one that fails.
      lost = true
      held?.(HttpResponse.error())
    },
    goesOnWith(call) {
      if (!last || last.isUnderWay || last.aborted || failed) return false
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
    look(news) {
      const response = held && last?.isUnderWay ? news(last) : undefined
      if (response) held?.(response)
    },
  }
}
