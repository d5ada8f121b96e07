import type { Attempt, AttemptContext, MaybePromise } from './attempt.ts'
import { failure, isTautlineError, ownError } from './errors.ts'
import type { Outcome } from './outcome.ts'

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
export const users = new WeakMap<AttemptContext, string>()

/** Whose what is asked for will be, as `key` and the provider's say it. */
export const userIn = (context: AttemptContext): string => users.get(context) ?? ''

/** A context in the place of another: the same user asks. */
export function inPlaceOf(context: AttemptContext, other: AttemptContext): AttemptContext {
  users.set(context, userIn(other))
  return context
}

/** How an error before the attempt counts: what made a provider fail may be gone the next time; all else would be refused again. */
export function refuse(cause: unknown): Outcome {
  return { kind: isTautlineError(cause, 'provider') ? 'lost' : 'fatal', error: ownError(cause) }
}
