import type { Attempt, AttemptContext, UrlOption } from '../shared/attempt.ts'
import { userOf } from './request-options.ts'
import type { HttpOptions, RequestBody } from './types.ts'
import { contextOf, ask, users } from '../shared/resolve-option.ts'

/** What one HTTP request is made of. */
export interface Ingredients {
  readonly url: unknown
  readonly headers: HeadersInit
  readonly body: RequestBody | null
}

/**
 * Asks what there is of URL, header and body functions; where there is none, the answer is at hand.
 *
 * @param made is told of the context that functions are given, to remember for whom they are asked
 */
export function gather(
  { url, options }: { readonly url: UrlOption; readonly options: HttpOptions },
  attempt: Attempt,
  made?: (context: AttemptContext) => void,
): Ingredients | Promise<Ingredients> {
  const { headers = {}, body = null } = options
  if (typeof url !== 'function' && typeof headers !== 'function' && typeof body !== 'function')
    return { url, headers, body }
  const context = contextOf(attempt)
  users.set(context, userOf(options))
  made?.(context)
  const content = typeof body === 'function' ? ask('body', body, context) : Promise.resolve(body)
  return Promise.all([ask('url', url, context), ask('headers', headers, context), content]).then(
    ([place, init, sent]) => ({ url: place, headers: init, body: sent }),
  )
}
