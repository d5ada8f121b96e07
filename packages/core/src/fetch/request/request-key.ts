import type { UrlOption } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions, QueryOption } from '../options.ts'
import {
  bodyKey,
  hasFunctions,
  headersKey,
  resolveCredentials,
  resolveMethod,
  userKey,
} from '../../http/request-options.ts'
import { expectsBytes } from '../../shared/codec.ts'
import { isObjectOrFunction, pairsOf, toHeaders, toJson } from '../../http/build-request.ts'
import { knownValues, partsOf } from '../../http/merge-headers.ts'
import type { HeadersOption } from '../../http/types.ts'
import { TautlineError, misuseError } from '../../shared/errors.ts'
import { joinUrl, toHttpUrl } from '../../shared/urls.ts'
import { percentEncode } from '../../shared/utf8.ts'

/** The URL and options of a request. */
export interface RequestSource {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
}

/** The source of a request, with the observer that makes it. */
export interface AttributedSource<Observer> extends RequestSource {
  readonly initiator?: Observer | undefined
  /** The key at that time; the observer may have another target by now. */
  readonly key?: RequestKey | undefined
}

/** The options that are part of the cache key. */
export const KEY_OPTIONS = [
  'baseUrl',
  'providerDefaults',
  'serializeQuery',
  'method',
  'headers',
  'ignoreHeaders',
  'json',
  'body',
  'query',
  'credentials',
  'key',
  'providerKey',
  'share',
  'codec',
  'emptyOn',
]

/** The cache key of a request, as far as it is known before option functions are called. */
export interface RequestKey {
  /** `static`: complete; `deferred`: functions return the rest of it; `unshared`: no entry is shared. */
  readonly kind: 'static' | 'deferred' | 'unshared'
  /** The key as text. If it changes, the observer has a new target. */
  readonly key: string
  /** The part of the key that identifies the user: headers, credentials and `key`. */
  readonly requester: string
  /** No option is a function, so `key` is the final cache key. */
  readonly isResolved: boolean
}

/** The key of a request that is never shared, such as a write. */
export const UNSHARED: RequestKey = { kind: 'unshared', key: '', requester: '', isResolved: false }

let uniqueKeyCount = 0

/** Creates a key that equals no other key. */
export const createUniqueKey = (): string => `\n${++uniqueKeyCount}`

export const isSameRequestKey = (one: RequestKey | undefined, other: RequestKey | undefined): boolean =>
  one?.key === other?.key && one?.kind === other?.kind

/** Whether both sources have the same functions, which then return the same values for both. */
export const isSameSource = (one: RequestSource, other: RequestSource): boolean =>
  isSameFunction(one.url, other.url) &&
  isSameFunction(one.options.headers, other.options.headers) &&
  isSameFunction(one.options.body, other.options.body)

type KeyedSource = RequestSource & { readonly key: RequestKey | undefined }

/** Whether both are surely of the same user, so that a promise of one may resolve to the data of the other. */
export const isSameRequester = (one: KeyedSource, other: KeyedSource): boolean =>
  one.key?.requester === other.key?.requester && isSameFunction(one.options.headers, other.options.headers)

const functionsOf = (option: unknown): readonly unknown[] =>
  partsOf(option as HeadersOption).filter((part) => typeof part === 'function') // others have no parts

export const isSameFunction = (one: unknown, other: unknown): boolean => {
  const others = functionsOf(other)
  const functions = functionsOf(one)
  return functions.length === others.length && functions.every((each, index) => each === others[index])
}

/** Computes the cache key before option functions are called: from method, URL, requester and body. */
export function computeRequestKey({ url, options }: RequestSource, environment: Environment): RequestKey {
  const { share, body } = options
  try {
    const content = typeof body === 'function' ? 'ƒ' : contentKey(options)
    // The query is part of the key even if a function returns the URL.
    const { href } = toKnownUrl(url, options, environment)
    const requester = computeRequester(options)
    const key = composeKey(options, href, requester, content)
    const isResolved = !hasFunctions(url, options)
    const isShared = share !== false && content !== undefined
    return { kind: isShared ? (isResolved ? 'static' : 'deferred') : 'unshared', key, requester, isResolved }
  } catch {
    // Invalid options: the attempt will fail with the error.
    return { kind: 'unshared', key: String(url), requester: 'ƒ', isResolved: false }
  }
}

/** Replaces a URL that a function will return. */
const PLACEHOLDER_URL = 'https://function.invalid'

/** Creates the URL as far as it is known before a URL function is called. */
export const toKnownUrl = (url: UrlOption, options: UrlOptions, environment: Environment): URL =>
  toRequestUrl(
    typeof url === 'function' ? (options.baseUrl ? '/' : PLACEHOLDER_URL) : url,
    options,
    environment,
  )

/** Computes the requester: its headers (`ƒ` for a function) and the options that identify the user. */
function computeRequester(options: AnyFetchOptions): string {
  const { headers } = options
  const known = headers ? headersKey(toHeaders(knownValues(headers)), options) : ''
  return composeRequester(options, typeof headers === 'function' ? `ƒ${known}` : known)
}

/** Joins the parts by line feeds. No part contains one, so different requesters have different texts. */
export function composeRequester(options: AnyFetchOptions, headers: string): string {
  const { ignoreHeaders = [] } = options
  const ignored = ignoreHeaders.map((name) => name.toLowerCase())
  return [headers, ignored.toSorted().join(','), resolveCredentials(options), userKey(options)].join('\n')
}

/** Whether a requester has no user yet: neither headers nor a `key`. */
export const isAnonymous = (requester: string): boolean => /^\n.*\n$/s.test(requester)

/** Whether both may be the same user. Headers that a function will return are not compared. */
export function mayBeSameRequester(before: string, next: string): boolean {
  // The headers beside a function are known.
  if (before.startsWith('ƒ') && next.startsWith('ƒ')) return before === next
  const withoutHeaders = (requester: string) => requester.slice(requester.indexOf('\n'))
  return next.startsWith('ƒ') ? withoutHeaders(before) === withoutHeaders(next) : before === next
}

/** Computes the requester; `?` for invalid options. */
export function tryComputeRequester(options: AnyFetchOptions): string {
  try {
    return computeRequester(options)
  } catch {
    return '?'
  }
}

/** The body as text for the key. Undefined if bodies of its type cannot be compared. */
const contentKey = ({ json, body }: Pick<AnyFetchOptions, 'json' | 'body'>): string | undefined =>
  json === undefined ? bodyKey({ body }) : `=${toJson(json, 'json')}`

/** Joins the parts of a cache key. The body is last, since it may contain line feeds. */
export const composeKey = (
  options: AnyFetchOptions,
  href: string,
  requester: string,
  content: string | undefined,
): string => [resolveMethod(options) + responseKey(options), href, requester, content].join('\n')

/**
 * A codec for bytes has its own entry, since text and parsed JSON do not give the exact bytes again. So have requests
 * with `emptyOn`, since others show the error.
 */
const responseKey = ({ codec, emptyOn }: AnyFetchOptions): string =>
  (expectsBytes(codec) ? ' bytes' : '') + (emptyOn ?? '')

/** Creates the error of a command that needs a URL. */
export const noUrlError = (): TautlineError<'bad-url'> =>
  new TautlineError('bad-url', 'The request has no URL yet: `url` is or returned nothing. Set it first', {
    url: '',
  })

/** The options that are part of the URL. */
export type UrlOptions = Pick<AnyFetchOptions, 'baseUrl' | 'query' | 'serializeQuery'>

/**
 * Creates the URL of a request: option `baseUrl` before it, and `query` after it. Its own query stays as written, since
 * some servers sign it.
 *
 * @throws TautlineError `bad-url` and `bad-option`
 */
export function toRequestUrl(url: unknown, options: UrlOptions, { baseUrl }: Environment): URL {
  const fullUrl = toHttpUrl(joinUrl(options.baseUrl, url), baseUrl)
  const text = options.query ? toQueryText(options.query, options) : ''
  if (text) fullUrl.search += (fullUrl.search ? '&' : '?') + text
  return fullUrl
}

function toQueryText(query: QueryOption, { serializeQuery }: UrlOptions): string {
  try {
    if (serializeQuery) return serializeQuery(Array.isArray(query) ? fromMerged(query) : query)
    return pairsOf(query)
      .map(([name, value]) =>
        [value]
          .flat()
          .filter((one) => one !== undefined && one !== null)
          .map((one) => `${percentEncode(name)}=${percentEncode(toQueryValue(one))}`),
      )
      .flat()
      .join('&')
  } catch (cause) {
    const text =
      'Option query cannot be sent: pass text, numbers, dates or arrays of them, or set `serializeQuery`'
    throw new TautlineError('bad-option', text, { option: 'query' }, cause)
  }
}

/** Returns a merged query as an object, without what null has taken out. */
const fromMerged = (pairs: readonly (readonly [name: string, value: unknown])[]) =>
  Object.fromEntries(pairs.filter(([, value]) => value !== null)) as QueryOption // of such pairs

function toQueryValue(value: unknown): string {
  if ('toISOString' in Object(value)) return (value as Date).toISOString() // also that of a date library
  if (isObjectOrFunction(value) || Array.isArray(value))
    throw misuseError('A value is an object or a function')
  return String(value)
}
