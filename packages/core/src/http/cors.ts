import type { Environment } from '../platform/environment.ts'
import type { Attempt } from '../shared/attempt.ts'
import { isReadableStream } from '../shared/brand.ts'
import { TautlineError } from '../shared/errors.ts'
import type { Outcome } from '../shared/outcome.ts'
import { describeServer, isCrossOrigin } from '../shared/urls.ts'
import { type HttpRequest, fetchResponse } from './fetch-response.ts'
import { limitTime } from './time-limit.ts'

/** The longest time for the check whether CORS blocked a response, in ms. */
export const PROBE_TIMEOUT_MS = 3000

/** Tests whether CORS may be the reason for an error: to a page, it looks like a network error. */
export function isMaybeCors(
  error: TautlineError | undefined,
  { url, init }: Pick<HttpRequest, 'url' | 'init'>,
  baseUrl: string | undefined,
): error is TautlineError<'connect-failed'> {
  // A streamed body also fails without HTTP/2, which looks the same.
  const isStream = isReadableStream(init.body)
  return isCrossOrigin(url, baseUrl) && !isStream && error?.code === 'connect-failed'
}

/** Creates the error of a response that CORS blocked. */
export function corsError(url: URL, cause: TautlineError): TautlineError<'cors'> {
  const text = `CORS blocked the response of ${describeServer(url)}. Check its Access-Control-Allow-Origin, -Headers and -Methods`
  return new TautlineError('cors', text, { origin: url.origin }, cause)
}

/**
 * Checks whether a server can be reached whose response CORS may have blocked. It sends a request without headers,
 * credentials and body that needs no CORS permission (Fetch standard, "no-cors") and ignores the response.
 */
export async function isReachable(request: Omit<HttpRequest, 'init'>): Promise<boolean> {
  const { signal } = request
  try {
    const init: RequestInit = {
      method: 'HEAD',
      mode: 'no-cors',
      credentials: 'omit',
      cache: 'no-store',
    }
    // A custom `fetch` may ignore the signal.
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    )
    await Promise.race([fetchResponse({ ...request, init }), aborted])
    return true
  } catch {
    return false
  }
}

/**
 * Passes on the outcome of an attempt. If CORS may have blocked the response, it checks this first and replaces the
 * error. Nothing is passed on once the attempt is aborted.
 *
 * In a series of such failures it only checks after retry 0, 1, 2, 4, 8 and so on: a server that restarts must not get
 * twice the requests. The other failures have the reason of the one before.
 */
export function explainOutcome(
  outcome: Outcome,
  request: HttpRequest,
  environment: Environment,
  { attempt, previous }: Pick<Attempt, 'attempt' | 'previous'>,
  onOutcome: (outcome: Outcome) => void,
): void {
  const { error } = outcome
  const { url, signal } = request
  if (!isMaybeCors(error, request, environment.baseUrl)) return onOutcome(outcome)
  const explain = (isCors: boolean) =>
    onOutcome(isCors ? { ...outcome, error: corsError(url, error) } : outcome)
  const isCors = previous?.code === 'cors'
  const isPowerOfTwo = !(attempt & (attempt - 1))
  if (!isPowerOfTwo && (isCors || previous?.code === 'connect-failed')) return explain(isCors)
  const limit = limitTime(environment, signal, PROBE_TIMEOUT_MS)
  const check = async () => {
    const hasResponse = await isReachable({ ...request, signal: limit.signal })
    limit.stop()
    if (!signal.aborted) explain(hasResponse)
  }
  void check()
}
