import type { Attempt, AttemptContext, UrlOption } from '../shared/attempt.ts'
import { userKey } from './request-options.ts'
import type { HttpOptions, RequestBody } from './types.ts'
import { toAttemptContext, resolveOption, contextUsers } from '../shared/resolve-option.ts'

/** What one HTTP request is made of. */
export interface ResolvedRequest {
  readonly url: unknown
  readonly headers: HeadersInit
  readonly body: RequestBody | null
}

/**
 * Asks what there is of URL, header and body functions; where there is none, the answer is at hand.
 *
 * @param onContext is told of the context that functions are given, to remember for whom they are asked
 */
export function resolveRequestOptions(
  { url, options }: { readonly url: UrlOption; readonly options: HttpOptions },
  attempt: Attempt,
  onContext?: (context: AttemptContext) => void,
): ResolvedRequest | Promise<ResolvedRequest> {
  const { headers = {}, body = null } = options
  if (typeof url !== 'function' && typeof headers !== 'function' && typeof body !== 'function')
    return { url, headers, body }
  const context = toAttemptContext(attempt)
  contextUsers.set(context, userKey(options))
  onContext?.(context)
  const bodyPromise =
    typeof body === 'function' ? resolveOption('body', body, context) : Promise.resolve(body)
  return Promise.all([
    resolveOption('url', url, context),
    resolveOption('headers', headers, context),
    bodyPromise,
  ]).then(([resolvedUrl, resolvedHeaders, resolvedBody]) => ({
    url: resolvedUrl,
    headers: resolvedHeaders,
    body: resolvedBody,
  }))
}
