import type { UrlOption } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions, QueryOption } from '../options.ts'
import {
  bodyKey,
  headersKey,
  resolveCredentials,
  resolveMethod,
  userKey,
} from '../../http/request-options.ts'
import { toJson } from '../../http/build-request.ts'
import { toHttpUrl } from '../../shared/urls.ts'

/** Who asks, and for what. */
export interface RequestSource {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
}

/** What is asked for, and by which hook. */
export interface AttributedSource<Observer> extends RequestSource {
  readonly initiator?: Observer | undefined
  /** Of what that hook asked for then: it may ask for something else by now. */
  readonly key?: RequestKey | undefined
}

/** By what a request is known before anything is asked. */
export interface RequestKey {
  /** `static`: by its key alone; `deferred`: functions have to be asked first; `unshared`: to nobody else. */
  readonly kind: 'static' | 'deferred' | 'unshared'
  /** Another one is another destination. */
  readonly key: string
  /** Who asks, as far as a page can tell. */
  readonly requester: string
  /** Nothing has to be asked of functions first: `key` is what its response is known by. */
  readonly isResolved: boolean
}

/** A request that is nobody else's, such as a write: not even its own hook asks for it twice. */
export const UNSHARED: RequestKey = { kind: 'unshared', key: '', requester: '', isResolved: false }

/** Numbers the entries that have no name of their own. */
let uniqueKeyCount = 0

/** No request has such a key. */
export const createUniqueKey = (): string => `\n${++uniqueKeyCount}`

export const isSameRequestKey = (one: RequestKey | undefined, other: RequestKey | undefined): boolean =>
  one?.key === other?.key && one?.kind === other?.kind

/** Both ask the same functions: what these give is the same for both. */
export const isSameSource = (one: RequestSource, other: RequestSource): boolean =>
  isSameFunction(one.url, other.url) &&
  isSameFunction(one.options.headers, other.options.headers) &&
  isSameFunction(one.options.body, other.options.body)

const isSameFunction = (one: unknown, other: unknown): boolean =>
  one === other || (typeof one !== 'function' && typeof other !== 'function')

/** By what the response of a request is known, as far as that can be said beforehand: the method, the URL, the body, and who asks. */
export function computeRequestKey({ url, options }: RequestSource, environment: Environment): RequestKey {
  const { headers, share, body } = options
  try {
    const content = typeof body === 'function' ? 'ƒ' : contentKey(options)
    // The query counts, too, where a function gives the rest.
    const { href } = urlWithQuery(
      typeof url === 'function' ? PLACEHOLDER_URL : url,
      options.query,
      environment,
    )
    const requester = computeRequester(options)
    const key = composeKey(options, href, requester, content)
    const isResolved = ![url, headers, body].some((part) => typeof part === 'function')
    if (share === false || content === undefined) return { kind: 'unshared', key, requester, isResolved }
    return { kind: isResolved ? 'static' : 'deferred', key, requester, isResolved }
  } catch {
    // The attempt says what is wrong with it.
    return { kind: 'unshared', key: String(url), requester: 'ƒ', isResolved: false }
  }
}

/** Stands for the URL that a function will give. */
const PLACEHOLDER_URL = 'https://function.invalid'

/** Who asks: the headers that count, or that a function will give them, and what `key` and other options say of it. */
function computeRequester(options: AnyFetchOptions): string {
  const { headers } = options
  return composeRequester(options, typeof headers === 'function' ? 'ƒ' : headersKey(headers, options))
}

/** No part has a line end of its own, so that two that differ are never the same text. */
export function composeRequester(options: AnyFetchOptions, headers: string): string {
  const { ignoreHeaders = [] } = options
  const ignored = ignoreHeaders.map((name) => name.toLowerCase())
  return [headers, ignored.toSorted().join(','), resolveCredentials(options), userKey(options)].join('\n')
}

/** As far as `next` can be known before functions are asked, it may be the same user who asks. */
export function mayBeSameRequester(before: string, next: string): boolean {
  const withoutHeaders = (requester: string) => requester.slice(requester.indexOf('\n'))
  return next.startsWith('ƒ') ? withoutHeaders(before) === withoutHeaders(next) : before === next
}

/** Who would ask with these options; never the same where that cannot be said. */
export function tryComputeRequester(options: AnyFetchOptions): string {
  try {
    return computeRequester(options)
  } catch {
    return '?'
  }
}

/** The body as text of its own kind; undefined for what cannot be compared. */
const contentKey = ({ json, body }: Pick<AnyFetchOptions, 'json' | 'body'>): string | undefined =>
  json === undefined ? bodyKey({ body }) : `=${toJson(json, 'json')}`

/** The body is last: it may have any text. */
export const composeKey = (
  options: AnyFetchOptions,
  href: string,
  requester: string,
  content: string | undefined,
): string => [resolveMethod(options), href, requester, content].join('\n')

/** @throws TautlineError `bad-url` and `bad-option` */
export function urlWithQuery(url: unknown, query: QueryOption | undefined, { baseUrl }: Environment): URL {
  const fullUrl = toHttpUrl(url, baseUrl)
  if (!query) return fullUrl
  const entries = query instanceof URLSearchParams ? query : Object.entries(query)
  for (const [name, given] of entries) {
    for (const value of [given].flat())
      if (value !== undefined && value !== null) fullUrl.searchParams.append(name, `${value}`)
  }
  return fullUrl
}
