import type { Attempt } from './connection.ts'
import { failure, isTautlineError, ownError } from './errors.ts'
import { type HttpOptions, type RequestBody, userOf } from './http-options.ts'
import type { Outcome } from './transport.ts'
import type { AttemptContext, MaybePromise, UrlOption } from './types.ts'

/** What a URL, header, body or protocol function is told. */
export function contextOf({ attempt, previous, signal, cursor }: Attempt): AttemptContext {
  return { attempt, previous, signal, lastEventId: cursor, cursor }
}

/**
 * What a provider says this time; where it is no function, it says what it is.
 *
 * @throws TautlineError `provider` when it throws, rejects or has nothing to say
 */
export async function ask<Answer>(
  name: string,
  provider: Answer | ((context: AttemptContext) => MaybePromise<Answer>),
  context: AttemptContext,
): Promise<NonNullable<Answer>> {
  let cause: unknown
  try {
    const said = isProvider(provider) ? await provider(context) : provider
    // An empty body is a body.
    if (said !== undefined && said !== null && (said || name === 'body')) return said
  } catch (error) {
    cause = error
  }
  throw failure(name, cause, `The ${name} function failed, or returned nothing`)
}

function isProvider<Answer>(
  provider: Answer | ((context: AttemptContext) => MaybePromise<Answer>),
): provider is (context: AttemptContext) => MaybePromise<Answer> {
  return typeof provider === 'function'
}

/** For whom a function is called, beside the context that it is given. */
const users = new WeakMap<AttemptContext, string>()

/** Whose what is asked for will be, as `key` and the provider's say it. */
export const userIn = (context: AttemptContext): string => users.get(context) ?? ''

/** A context in the place of another: the same user asks. */
export function inPlaceOf(context: AttemptContext, other: AttemptContext): AttemptContext {
  users.set(context, userIn(other))
  return context
}

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

/** How an error before the attempt counts: what made a provider fail may be gone the next time; all else would be refused again. */
export function refuse(cause: unknown): Outcome {
  return { kind: isTautlineError(cause, 'provider') ? 'lost' : 'fatal', error: ownError(cause) }
}
