import { isReadableStream } from '../shared/brand.ts'
import type { Attempt, AttemptContext, UrlOption } from '../shared/attempt.ts'
import { hasFunctions, isSendableBody, throwBadOption, userKey } from './request-options.ts'
import type { HeaderValues, HttpOptions, RequestBody } from './types.ts'
import {
  resolveOption,
  resolveTogether,
  setContextRequest,
  toAttemptContext,
} from '../shared/resolve-option.ts'

/** The parts of an HTTP request after all option functions have run. */
export interface ResolvedRequest {
  readonly url: unknown
  readonly headers: HeaderValues
  readonly body: RequestBody | null
}

/**
 * Calls the URL, header and body functions of a request. Returns the result without a promise if there are none.
 *
 * @param onContext called with the context of the functions before they run
 */
export function resolveRequestOptions(
  { url, options }: { readonly url: UrlOption; readonly options: HttpOptions },
  attempt: Attempt,
  onContext?: (context: AttemptContext) => void,
): ResolvedRequest | Promise<ResolvedRequest> {
  const { headers = {}, body = null } = options
  // Without functions, these are values.
  if (!hasFunctions(url, options))
    return { url, headers: headers as HeaderValues, body: body as RequestBody | null }
  const context = toAttemptContext(attempt)
  const urlPromise = resolveOption('url', url, context)
  setContextRequest(context, { user: userKey(options), url: urlPromise, baseUrl: options.baseUrl })
  onContext?.(context)
  const bodyPromise =
    typeof body === 'function'
      ? resolveOption('body', body, context).then((result) =>
          isSendableBody(result) || isReadableStream(result)
            ? result
            : throwBadOption(
                'body',
                'is a function that returned no type that fetch accepts, nor a plain object',
              ),
        )
      : Promise.resolve(body)
  return resolveTogether([urlPromise, resolveOption('headers', headers, context, {}), bodyPromise]).then(
    ([resolvedUrl, resolvedHeaders, resolvedBody]) => ({
      url: resolvedUrl,
      headers: resolvedHeaders,
      body: resolvedBody,
    }),
  )
}
