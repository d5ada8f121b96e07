import type { Attempt, AttemptContext, MaybePromise } from './attempt.ts'
import { providerError, isTautlineError, toTautlineError } from './errors.ts'
import type { Outcome } from './outcome.ts'

/** Creates the argument of the option functions. */
export function toAttemptContext({ attempt, previous, signal, cursor }: Attempt): AttemptContext {
  return { attempt, previous, signal, lastEventId: cursor, cursor }
}

/** Thrown for a URL function that returns nothing. It is no failure. */
const NO_URL = /* @__PURE__ */ new Error('no URL')

/**
 * Calls an option function and returns its value; returns an option that is not a function unchanged.
 *
 * @throws TautlineError `provider` if the function throws, rejects or returns null, undefined or ''; for a URL function
 * that returns nothing, `NO_URL`
 * @param fallback the value of a function that returns nothing
 */
export async function resolveOption<Value>(
  name: string,
  option: Value | ((context: AttemptContext) => MaybePromise<Value>),
  context: AttemptContext,
  fallback?: NonNullable<Value>,
): Promise<NonNullable<Value>> {
  let cause: unknown
  try {
    const value = isFunctionOption(option) ? await option(context) : option
    // A body may be empty; a URL may not.
    if (value !== undefined && value !== null && (value || name === 'body')) return value
    if (fallback) return fallback
  } catch (error) {
    cause = error
  }
  if (name === 'url' && cause === undefined) throw NO_URL
  throw providerError(name, cause, `The ${name} function failed or returned nothing: see \`thrown\``)
}

/** Waits for all options of an attempt, of which the first is the URL. Without a URL, no other failure matters. */
export const resolveTogether = <Values extends readonly [url: unknown, ...others: unknown[]]>(
  values: Values,
): Promise<{ -readonly [Index in keyof Values]: Awaited<Values[Index]> }> =>
  Promise.all(values).catch(async (error: unknown) => {
    await values[0]
    throw error
  })

function isFunctionOption<Value>(
  option: Value | ((context: AttemptContext) => MaybePromise<Value>),
): option is (context: AttemptContext) => MaybePromise<Value> {
  return typeof option === 'function'
}

/** For what request the option functions are called. */
export interface ContextRequest {
  /** The option `key` and that of the provider; '' if there is none. */
  readonly user: string
  /** The URL, for header functions that may depend on its origin. */
  readonly url: Promise<unknown>
  readonly baseUrl: string | URL | undefined
}

const contextRequests = new WeakMap<AttemptContext, ContextRequest>()

/** Returns the request of a context. A context without one is an application's own. */
export const getContextRequest = (context: AttemptContext): ContextRequest | undefined =>
  contextRequests.get(context)

/** Stores the request of a context, outside the context because option functions must not see it. */
export function setContextRequest(
  context: AttemptContext,
  request: ContextRequest | undefined,
): AttemptContext {
  if (request) contextRequests.set(context, request)
  return context
}

/**
 * Whether an option function was refused credentials: it has thrown an error or a response with the status 400
 * (RFC 6749, section 5.2), 401 or 403, or an error whose `response` or `cause` has such a status.
 */
export function isRefusal(thrown: unknown): boolean {
  const { response, cause }: { response?: unknown; cause?: unknown } = Object(thrown)
  return [thrown, response, cause].some((part) => {
    const { status }: { status?: unknown } = Object(part)
    return /^40[013]$/.test(String(status))
  })
}

/** Classifies an error before the request: an option function may succeed next time, other errors would recur. */
export function classifyResolveError(cause: unknown): Outcome {
  if (cause === NO_URL) return { kind: 'idle' }
  const isRetryable = isTautlineError(cause, 'provider') && !isRefusal(cause.thrown)
  return { kind: isRetryable ? 'retryable' : 'fatal', error: toTautlineError(cause) }
}
