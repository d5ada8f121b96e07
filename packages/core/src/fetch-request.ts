import { quickThenSpread } from './backoff.ts'
import type { Attempt } from './connection.ts'
import type { Environment } from './environment.ts'
import type { FetchPolicy } from './fetch-lifecycle.ts'
import { type AnyFetchOptions, type QueryOption, checkKey, isIdempotent } from './fetch-options.ts'
import { bodyIdentity, isRenewable, methodOf } from './http-options.ts'
import { ACCEPT, headersOf, initOf, jsonOf } from './http-request.ts'
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
  /** The same for every try. */
  readonly idempotencyKey: string | undefined
  /** There is an answer which the server may say is still good. */
  isConditional: boolean
  /** By what its answer is known, where functions had to be asked first; undefined: it cannot be known. */
  key(): string | undefined
}

/** By what a request is known before anything is asked. */
export interface Name {
  /** `known`: by its key alone; `open`: functions have to be asked first; `private`: to nobody else. */
  readonly naming: 'known' | 'open' | 'private'
  /** Another one is another destination. */
  readonly key: string
}

/** A request that is nobody else's, such as a write: not even its own hook asks for it twice. */
export const PRIVATE: Name = { naming: 'private', key: '' }

export const isSameName = (one: Name | undefined, other: Name | undefined): boolean =>
  one?.key === other?.key && one?.naming === other?.naming

/**
 * By what the answer of a request is known, as far as that can be said beforehand: the method, the URL, the body, and the headers, whose
 * `Authorization` keeps users apart.
 */
export function nameOf({ url, options }: Lead, environment: Environment): Name {
  const { headers, share, body } = options
  const given = typeof headers === 'function' ? undefined : headers
  try {
    const content = typeof body === 'function' ? 'ƒ' : contentOf(options)
    const place = typeof url === 'function' ? 'ƒ' : placeOf(url, options.query, environment).href
    const key = join(options, `${place}\n${content}`, given)
    if (share === false || content === undefined) return { naming: 'private', key }
    const isOpen = [url, headers, body].some((part) => typeof part === 'function')
    return { naming: isOpen ? 'open' : 'known', key }
  } catch {
    // The attempt says what is wrong with it.
    return { naming: 'private', key: String(url) }
  }
}

/** The body as text of its own kind; undefined for what cannot be compared. */
const contentOf = ({ json, body }: Pick<AnyFetchOptions, 'json' | 'body'>): string | undefined =>
  json === undefined ? bodyIdentity({ body }) : `=${jsonOf(json, 'json')}`

function join(options: AnyFetchOptions, about: string, headers: HeadersInit | undefined): string {
  const { key, credentials } = options
  const own = headers === undefined ? '' : JSON.stringify([...headersOf(headers)])
  return [methodOf(options), about, own, credentials, key].join('\n')
}

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
    const key = () => keyBehind(options, place, ingredients, headers)
    return { url: place, headers, init, idempotencyKey, isConditional: false, key }
  }
  const gathered = gather({ url, options: sent }, attempt)
  return gathered instanceof Promise ? gathered.then(make) : make(gathered)
}

function keyBehind(
  options: AnyFetchOptions,
  { href }: URL,
  { body }: Ingredients,
  headers: Headers,
): string | undefined {
  const content = bodyIdentity({ body })
  const authorization = headers.get('authorization')
  const given = authorization === null ? undefined : { authorization }
  return content === undefined ? undefined : join(options, `${href}\n${content}`, given)
}

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

/** What the machine is told of the options that decide. */
export function policyFor({ url, options }: Lead): FetchPolicy {
  const retry = options.retry === false ? { limit: 0 } : (options.retry ?? {})
  return {
    limit: retry.limit ?? 3,
    delay: retry.delay ?? patient,
    when: retry.when,
    idempotent: isIdempotent(options),
    renewable: isRenewable(url, options),
    pauseOffline: options.pause?.offline ?? true,
    pauseHidden: options.pause?.hidden ?? false,
  }
}
