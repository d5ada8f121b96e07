import { isTautlineError, misuseError, providerError } from '../shared/errors.ts'
import { isPersonalRequest, methodHasNoBody, resolveMethod, throwBadOption } from '../http/request-options.ts'
import { decodeRaw, htmlInsteadError } from '../http/body.ts'
import { readBody } from '../http/fetch-response.ts'
import { DEFAULT_ACCEPT, hasControlCharacter, toHeaders, toRequestInit } from '../http/build-request.ts'
import { MAX_ERROR_BODY_BYTES, addErrorBody } from '../http/error-response.ts'
import { allowNotModified, hasSentValidators } from '../http/not-modified.ts'
import { outcomeOfStatus } from '../http/status.ts'
import type { CursorRequest } from './cursor.ts'
import type { PollHost } from './types.ts'
import type { ResolvedRequest } from '../http/resolve-request.ts'
import type { Outcome } from '../shared/outcome.ts'
import type { PollRequest } from './transport.ts'
import { fetchOf } from '../platform/network.ts'
import { isCrossOrigin, toHttpUrl } from '../shared/urls.ts'

/** Statuses of a response without messages. */
const EMPTY_STATUSES = [204, 205, 304, 408]

/** Statuses of proxies that stop waiting for the server. 524 is Cloudflare's. */
const GATEWAY_TIMEOUT_STATUSES = [502, 504, 524]

/**
 * A request that ends with such a status after at least this many ms was held by the server until the proxy's time
 * limit. A status that comes sooner is an outage.
 */
const HELD_BY_PROXY_MS = 10_000

/**
 * Builds the next request of a long poll, with the current cursor.
 *
 * @throws TautlineError `bad-option`, `bad-url` and `provider`
 */
export function buildPollRequest(
  connection: PollHost,
  resolvedRequest: ResolvedRequest,
  signal: AbortSignal,
): PollRequest {
  const { environment, primary, interpreter } = connection
  const { options } = primary
  const headers = toHeaders(resolvedRequest.headers)
  const isPersonal = isPersonalRequest(options, headers)
  if (!headers.has('accept')) headers.set('accept', DEFAULT_ACCEPT)
  const request: CursorRequest = {
    url: toHttpUrl(resolvedRequest.url, environment.baseUrl),
    headers,
    body: resolvedRequest.body,
  }
  if (interpreter.cursor !== undefined) writeCursor(options.cursor, request, interpreter.cursor)
  // `fetch` would reject the request with a TypeError, as for a network error, and the poll would retry it for ever.
  if (request.body !== null && resolvedRequest.body === null && methodHasNoBody(resolveMethod(options)))
    throwBadOption('cursor', 'adds a body: set a method such as POST')
  const init = toRequestInit(options, headers, request.body)
  allowNotModified(init, headers, !isPersonal, isCrossOrigin(request.url, environment.baseUrl))
  const sentAt = environment.now()
  return {
    url: request.url,
    signal,
    init,
    fetch: fetchOf(environment),
    limit: options.maxBodyBytes ?? 8_388_608,
    readError: (outcome, response) =>
      addErrorBody(outcome, response, signal, environment, async (body, limit) => {
        const bytes = await readBody(body, limit.signal, MAX_ERROR_BODY_BYTES)
        return bytes && decodeRaw(bytes, response.headers)
      }),
    classifyResponse(response) {
      const now = environment.now()
      const isHeld = options.interval === undefined && now - sentAt >= HELD_BY_PROXY_MS
      return classifyResponse(response, headers, isHeld, now)
    },
  }
}

/**
 * Writes the cursor into a request.
 *
 * @throws TautlineError `provider`, or `bad-option` if the request cannot take the cursor
 */
function writeCursor(
  cursor: PollHost['primary']['options']['cursor'],
  request: CursorRequest,
  cursorValue: string,
): void {
  try {
    cursor?.write(request, cursorValue)
    for (const value of request.headers.values())
      if (hasControlCharacter(value)) throw misuseError('The cursor has a character that no header can have')
  } catch (cause) {
    if (isTautlineError(cause, 'bad-option')) throw cause
    throw providerError('cursor.write', cause)
  }
}

/**
 * Classifies a response by its head: messages, no messages, or an error.
 *
 * 204, 205 and 304 have no content (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). Some servers, such as nchan, end a
 * poll without messages with 408.
 *
 * @param sent the headers of the request
 * @param isHeld whether the request was held so long that a proxy may have ended it
 */
function classifyResponse(
  response: Response,
  sent: Headers,
  isHeld: boolean,
  now: number,
): 'messages' | 'empty' | Outcome {
  const { status, headers } = response
  if (EMPTY_STATUSES.includes(status) || (isHeld && GATEWAY_TIMEOUT_STATUSES.includes(status))) return 'empty'
  if (status < 200 || status > 299) return outcomeOfStatus(response, now, false)
  if (hasSentValidators(sent, headers)) return 'empty'
  const error = htmlInsteadError(headers, sent.get('accept'))
  return error ? { kind: 'retryable', error } : 'messages'
}
