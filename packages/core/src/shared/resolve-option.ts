import type { Attempt, AttemptContext, MaybePromise } from './attempt.ts'
import { providerError, isTautlineError, toTautlineError } from './errors.ts'
import type { Outcome } from './outcome.ts'

/** What a URL, header, body or protocol function is told. */
export function toAttemptContext({ attempt, previous, signal, cursor }: Attempt): AttemptContext {
  return { attempt, previous, signal, lastEventId: cursor, cursor }
}

/**
 * What a provider says this time; where it is no function, it says what it is.
 *
 * @throws TautlineError `provider` when it throws, rejects or has nothing to say
 */
export async function resolveOption<Value>(
  name: string,
  option: Value | ((context: AttemptContext) => MaybePromise<Value>),
  context: AttemptContext,
): Promise<NonNullable<Value>> {
  let cause: unknown
  try {
    const value = isFunctionOption(option) ? await option(context) : option
    // An empty body is a body.
    if (value !== undefined && value !== null && (value || name === 'body')) return value
  } catch (error) {
    cause = error
  }
  throw providerError(name, cause, `The ${name} function failed, or returned nothing`)
}

function isFunctionOption<Value>(
  option: Value | ((context: AttemptContext) => MaybePromise<Value>),
): option is (context: AttemptContext) => MaybePromise<Value> {
  return typeof option === 'function'
}

/** For whom a function is called, beside the context that it is given. */
export const contextUsers = new WeakMap<AttemptContext, string>()

/** Whose what is asked for will be, as `key` and the provider's say it. */
export const contextUser = (context: AttemptContext): string => contextUsers.get(context) ?? ''

/** A context in the place of another: the same user asks. */
export function withUserOf(context: AttemptContext, other: AttemptContext): AttemptContext {
  contextUsers.set(context, contextUser(other))
  return context
}

/** How an error before the attempt counts: what made a provider fail may be gone the next time; all else would be refused again. */
export function classifyResolveError(cause: unknown): Outcome {
  return { kind: isTautlineError(cause, 'provider') ? 'retryable' : 'fatal', error: toTautlineError(cause) }
}
