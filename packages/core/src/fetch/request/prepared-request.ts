import { type Lead, whoIs, join, placeOf } from './request-key.ts'
import { quickThenSpread } from '../../shared/backoff.ts'
import type { Attempt } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { FetchPolicy } from '../../machine/request-machine.ts'
import { type AnyFetchOptions, checkKey, isIdempotent } from '../options.ts'
import {
  bodyIdentity,
  hasUserKey,
  headersIdentity,
  isCredential,
  isIgnoredHeader,
  isRenewable,
} from '../../http/request-options.ts'
import { ACCEPT, headersOf, initOf, jsonOf } from '../../http/build-request.ts'
import { type Asker, setAsker } from '../../http/token-sessions.ts'
import { type Ingredients, gather } from '../../http/resolve-request.ts'

/** A request that can be sent. */
export interface Described {
  readonly url: URL
  readonly headers: Headers
  readonly init: RequestInit
  /** There is an answer which the server may say is still good. */
  isConditional: boolean
  /** By what its response is known: method, URL, body and who asks. */
  readonly key: string
  readonly who: string
  /** The body can be compared, and sharing is not forbidden. */
  readonly isShareable: boolean
  /** The browser's own cache would not tell its user from another. */
  readonly isPersonal: boolean
}

/**
 * Asks what there is of functions, and makes of it what is sent.
 *
 * @param idempotencyKey the same for every try
 * @throws TautlineError `provider`, `bad-url`, `bad-option`
 */
export function describe(
  { url, options }: Lead,
  attempt: Attempt,
  environment: Environment,
  idempotencyKey: string | undefined,
  asker?: Asker,
): Described | Promise<Described> {
  const { json } = options
  const sent = json === undefined ? options : { ...options, body: jsonOf(json, 'json') }
  const make = (ingredients: Ingredients): Described => {
    const headers = headersOf(ingredients.headers)
    if (!headers.has('accept')) headers.set('accept', ACCEPT)
    if (json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
    if (idempotencyKey !== undefined) headers.set('idempotency-key', checkKey(idempotencyKey))
    const place = placeOf(ingredients.url, options.query, environment)
    const init = initOf(options, headers, ingredients.body)
    if (options.credentials) init.credentials = options.credentials
    const identity = identityOf(options, place, ingredients)
    return { url: place, headers, init, isConditional: false, ...identity }
  }
  const gathered = gather({ url, options: sent }, attempt, (context) => setAsker(context, asker))
  return gathered instanceof Promise ? gathered.then(make) : make(gathered)
}

/** The headers count as the user gave them, by a value or a function: what is added to them here makes no difference. */
function identityOf(
  options: AnyFetchOptions,
  { href }: URL,
  { body, headers }: Ingredients,
): Pick<Described, 'key' | 'who' | 'isShareable' | 'isPersonal'> {
  const content = bodyIdentity({ body })
  const who = whoIs(options, headersIdentity(headers, options))
  return {
    key: join(options, href, who, content),
    who,
    isShareable: content !== undefined && options.share !== false,
    isPersonal:
      hasUserKey(options) || [...headersOf(headers).keys()].some((name) => isPersonal(name, options)),
  }
}

/** What such a header asks for is no secret, and servers name it in `Vary`. */
const isPersonal = (name: string, options: AnyFetchOptions): boolean =>
  isCredential(name) ||
  !(isIgnoredHeader(name, options) || /^(accept|accept-language|content-language|content-type)$/.test(name))

/** One for each request: random, as a UUID of version 4 is (RFC 9562, section 5.4). */
export function idempotencyKeyOf(
  { idempotencyKey: given }: Pick<AnyFetchOptions, 'idempotencyKey'>,
  { random }: Environment,
): string | undefined {
  if (given === undefined || typeof given === 'string') return given
  if (typeof given === 'function') return given()
  const digit = (_: string, place: number) =>
    (place === 19 ? 8 + Math.floor(random() * 4) : Math.floor(random() * 16)).toString(16)
  return 'xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx'.replaceAll('x', digit)
}

const patient = /* @__PURE__ */ quickThenSpread()

/**
 * What the machine is told of the options that decide.
 *
 * @param isLast it is not sent again, whatever comes of it
 */
export function policyFor({ url, options }: Lead, isLast: boolean): FetchPolicy {
  const retry = options.retry === false || isLast ? { limit: 0 } : (options.retry ?? {})
  return {
    limit: retry.limit ?? 3,
    delay: retry.delay ?? patient,
    when: retry.when,
    idempotent: !isLast && isIdempotent(options),
    renewable: !isLast && isRenewable(url, options),
    pauseOffline: options.pause?.offline ?? true,
    pauseHidden: options.pause?.hidden ?? false,
  }
}
