import { failure, isTautlineError } from '../shared/errors.ts'
import { isBodiless, methodOf, refuse } from '../http/request-options.ts'
import { pageInstead } from '../http/body.ts'
import { ACCEPT, headersOf, initOf } from '../http/build-request.ts'
import { refusalOf } from '../http/status.ts'
import type { CursorRequest } from './cursor.ts'
import type { LongPollLine } from './types.ts'
import type { Ingredients } from '../http/resolve-request.ts'
import type { Outcome } from '../shared/outcome.ts'
import type { PollRequest } from './transport.ts'
import { toHttpUrl } from '../shared/urls.ts'

/** By these a proxy says that it will not wait any longer; the last is Cloudflare's. */
const IMPATIENT = [502, 504, 524]

/** A request that such a status ends after so long, in ms, was held, and no outage. */
const PATIENCE = 10_000

/** What the next poll asks: where the cursor is now. */
export function requestOf(line: LongPollLine, ingredients: Ingredients, signal: AbortSignal): PollRequest {
  const { environment, lead, connection } = line
  const { options } = lead
  const headers = headersOf(ingredients.headers)
  if (!headers.has('accept')) headers.set('accept', ACCEPT)
  const request: CursorRequest = {
    url: toHttpUrl(ingredients.url, environment.baseUrl),
    headers,
    body: ingredients.body,
  }
  if (connection.cursor !== undefined) write(options.cursor, request, connection.cursor)
  // `fetch` would refuse it as if the network were down, and it would be tried for ever.
  if (request.body !== null && ingredients.body === null && isBodiless(methodOf(options)))
    refuse('cursor', 'makes a body, which needs a method such as POST')
  const sent = environment.now()
  return {
    url: request.url,
    signal,
    init: initOf(options, headers, request.body),
    fetch: environment.fetch,
    limit: options.maxBodySize ?? 8_388_608,
    judge(answer) {
      const now = environment.now()
      const held = options.interval === undefined && now - sent >= PATIENCE
      return judge(answer, headers.get('accept'), held, now)
    },
  }
}

/** @throws TautlineError `provider` */
function write(
  cursor: LongPollLine['lead']['options']['cursor'],
  request: CursorRequest,
  place: string,
): void {
  try {
    cursor?.write(request, place)
  } catch (cause) {
    if (isTautlineError(cause, 'bad-option')) throw cause
    throw failure('cursor.write', cause)
  }
}

/**
 * 204, 205 and 304 have nothing to say (RFC 9110, section 15.3.5, 15.3.6 and 15.4.5), and by 408 some servers, nchan for one, end a poll
 * during which nothing happened.
 */
function judge(
  answer: Response,
  accept: string | null,
  held: boolean,
  now: number,
): 'news' | 'nothing' | Outcome {
  const { status, headers } = answer
  if (/^(204|205|304|408)$/.test(String(status)) || (held && IMPATIENT.includes(status))) return 'nothing'
  if (status < 200 || status > 299) return refusalOf(answer, now, false)
  const error = pageInstead(headers, accept)
  return error ? { kind: 'lost', error } : 'news'
}
