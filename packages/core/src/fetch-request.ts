import { quickThenSpread } from './backoff.ts'
import type { Attempt } from './connection.ts'
import type { Environment } from './environment.ts'
import type { FetchPolicy } from './fetch-lifecycle.ts'
import { type AnyFetchOptions, type QueryOption, checkKey, isIdempotent } from './fetch-options.ts'
import {
  bodyIdentity,
  hasUserKey,
  headersIdentity,
  isCredential,
  isIgnoredHeader,
  isRenewable,
  methodOf,
  userOf,
} from './http-options.ts'
import { ACCEPT, headersOf, initOf, jsonOf } from './http-request.ts'
import { type Asker, setAsker } from './owner.ts'
import { type Ingredients, gather } from './providers.ts'
import type { UrlOption } from './types.ts'
import { toHttpUrl } from './urls.ts'

/** Who asks, and for what. */
export interface Lead {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
}

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

/** By what a request is known before anything is asked. */
export interface Name {
  /** `known`: by its key alone; `open`: functions have to be asked first; `private`: to nobody else. */
  readonly naming: 'known' | 'open' | 'private'
  /** Another one is another destination. */
  readonly key: string
  /** Who asks, as far as a page can tell. */
  readonly who: string
  /** Nothing has to be asked of functions first: `key` is what its response is known by. */
  readonly isFixed: boolean
}

/** A request that is nobody else's, such as a write: not even its own hook asks for it twice. */
export const PRIVATE: Name = { naming: 'private', key: '', who: '', isFixed: false }

/** Numbers the entries that have no name of their own. */
let unnamed = 0

/** No request has such a key. */
export const unnamedKey = (): string => `\n${++unnamed}`

export const isSameName = (one: Name | undefined, other: Name | undefined): boolean =>
  one?.key === other?.key && one?.naming === other?.naming

/** Both ask the same functions: what these give is the same for both. */
export const isSameSource = (one: Lead, other: Lead): boolean =>
  isSameFunction(one.url, other.url) &&
  isSameFunction(one.options.headers, other.options.headers) &&
  isSameFunction(one.options.body, other.options.body)

const isSameFunction = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one !== 'function' && typeof other !== 'function')

/** By what the response of a request is known, as far as that can be said beforehand: the method, the URL, the body, and who asks. */
export function nameOf({ url, options }: Lead, environment: Environment): Name {
  const { headers, share, body } = options
  try {
    const content = typeof body === 'function' ? 'ƒ' : contentOf(options)
    // The query counts, too, where a function gives the rest.
    const { href } = placeOf(typeof url === 'function' ? UNKNOWN : url, options.query, environment)
    const who = whoAsks(options)
    const key = join(options, href, who, content)
    const isFixed = ![url, headers, body].some((part) => typeof part === 'function')
    if (share === false || content === undefined) return { naming: 'private', key, who, isFixed }
    return { naming: isFixed ? 'known' : 'open', key, who, isFixed }
  } catch {
    // The attempt says what is wrong with it.
    return { naming: 'private', key: String(url), who: 'ƒ', isFixed: false }
  }
}

/** Stands for the URL that a function will give. */
const UNKNOWN = 'https://function.invalid'

/** Who asks: the headers that count, or that a function will give them, and what `key` and other options say of it. */
function whoAsks(options: AnyFetchOptions): string {
  const { headers } = options
  return whoIs(options, typeof headers === 'function' ? 'ƒ' : headersIdentity(headers, options))
}

/** No part has a line end of its own, so that two that differ are never the same text. */
function whoIs(options: AnyFetchOptions, headers: string): string {
  const { ignoreHeaders = [], credentials } = options
  const ignored = ignoreHeaders.map((name) => name.toLowerCase())
  return [headers, ignored.toSorted().join(','), credentials, userOf(options)].join('\n')
}

/** As far as `next` can be known before functions are asked, it may be the same user who asks. */
export function mayBeSame(before: string, next: string): boolean {
  const restOf = (who: string) => who.slice(who.indexOf('\n'))
  return next.startsWith('ƒ') ? restOf(before) === restOf(next) : before === next
}

/** Who would ask with these options; never the same where that cannot be said. */
export function whoOf(options: AnyFetchOptions): string {
  try {
    return whoAsks(options)
  } catch {
    return '?'
  }
}

/** The body as text of its own kind; undefined for what cannot be compared. */
const contentOf = ({ json, body }: Pick<AnyFetchOptions, 'json' | 'body'>): string | undefined =>
  json === undefined ? bodyIdentity({ body }) : `=${jsonOf(json, 'json')}`

/** The body is last: it may have any text. */
const join = (options: AnyFetchOptions, href: string, who: string, content: string | undefined): string =>
  [methodOf(options), href, who, content].join('\n')

/** @throws TautlineError `bad-url` and `bad-option` */
function placeOf(url: unknown, query: QueryOption | undefined, { baseUrl }: Environment): URL {
  const place = toHttpUrl(url, baseUrl)
  if (!query) return place
  const entries = query instanceof URLSearchParams ? query : Object.entries(query)
  for (const [name, given] of entries) {
    for (const value of [given].flat())
      if (value !== undefined && value !== null) place.searchParams.append(name, `${value}`)
  }
  return place
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
