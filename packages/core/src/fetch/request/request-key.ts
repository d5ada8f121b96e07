import type { UrlOption } from '../../shared/attempt.ts'
import type { Environment } from '../../platform/environment.ts'
import type { AnyFetchOptions, QueryOption } from '../options.ts'
import { bodyIdentity, headersIdentity, methodOf, userOf } from '../../http/request-options.ts'
import { jsonOf } from '../../http/build-request.ts'
import { toHttpUrl } from '../../shared/urls.ts'

/** Who asks, and for what. */
export interface Lead {
  readonly url: UrlOption
  readonly options: AnyFetchOptions
}

/** What is asked for, and by which hook. */
export interface SourceOf<Port> extends Lead {
  readonly by?: Port | undefined
  /** Of what that hook asked for then: it may ask for something else by now. */
  readonly name?: Name | undefined
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
export function whoIs(options: AnyFetchOptions, headers: string): string {
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
export const join = (
  options: AnyFetchOptions,
  href: string,
  who: string,
  content: string | undefined,
): string => [methodOf(options), href, who, content].join('\n')

/** @throws TautlineError `bad-url` and `bad-option` */
export function placeOf(url: unknown, query: QueryOption | undefined, { baseUrl }: Environment): URL {
  const place = toHttpUrl(url, baseUrl)
  if (!query) return place
  const entries = query instanceof URLSearchParams ? query : Object.entries(query)
  for (const [name, given] of entries) {
    for (const value of [given].flat())
      if (value !== undefined && value !== null) place.searchParams.append(name, `${value}`)
  }
  return place
}
