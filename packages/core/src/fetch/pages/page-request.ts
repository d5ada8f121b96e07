import type { UrlOption } from '../../shared/attempt.ts'
import { isUrlSearchParams } from '../../shared/brand.ts'
import { createUrl, queryNameOf } from '../../shared/create-url.ts'
import { TautlineError } from '../../shared/errors.ts'
import type { ErrorText } from '../../shared/error-message.ts'
import type { Environment } from '../../platform/environment.ts'
import { pairsOf } from '../../http/build-request.ts'
import type { ProviderDefaults, QueryOption } from '../options.ts'
import { type UrlOptions, toKnownUrl } from '../request/request-key.ts'
import type { ResponseHead } from '../types.ts'
import type { PageLink } from './types.ts'

/** What a page is requested by. The other options are those of the list. */
export interface PageRequest extends UrlOptions {
  readonly url: UrlOption
  /** The URL as text, to compare requests of one list. */
  readonly key: string
  /** Providers add their query. */
  readonly providerDefaults?: ProviderDefaults | undefined
}

export function createPageRequest(
  url: UrlOption,
  options: UrlOptions & Pick<PageRequest, 'providerDefaults'>,
  environment: Environment,
): PageRequest {
  const { baseUrl, query, serializeQuery, providerDefaults } = options
  let key: string
  try {
    key = toKnownUrl(url, options, environment).href
  } catch {
    // The request will fail with the error.
    key = String(url)
  }
  return { url, query, baseUrl, serializeQuery, providerDefaults, key }
}

/**
 * Creates the request of another page.
 *
 * @param list the first request of the list
 * @param response the response of the page that has the link
 * @throws TautlineError `bad-url` for a URL of another origin
 */
export function resolvePageLink(
  link: PageLink,
  list: PageRequest,
  response: ResponseHead | undefined,
  environment: Environment,
): PageRequest | undefined {
  if (!link) return undefined
  if (typeof link === 'string') {
    const href = resolveUrl(link, list, response)
    return createPageRequest(href, { query: withoutRepeated(href, list) }, environment)
  }
  const parameters = toParameters(link)
  const url = typeof list.url === 'function' ? list.url : withoutParameters(String(list.url), parameters)
  const query = { ...toParameters(list.query ?? {}), ...parameters }
  return createPageRequest(url, { ...list, query }, environment)
}

/**
 * Creates the absolute URL of a link. The headers of the list may have credentials, so they are sent to its own origin
 * only. A server behind a proxy may not know its scheme: that of the list applies.
 */
function resolveUrl(link: string, list: PageRequest, response: ResponseHead | undefined): string {
  const base = createUrl(response?.url || list.key)
  let url: URL
  try {
    url = createUrl(link, base.href)
  } catch {
    throw badLink('it is not a valid URL')
  }
  const own = typeof list.url === 'function' ? base : createUrl(list.key)
  if (withoutScheme(own.origin) === withoutScheme(url.origin)) return own.origin + url.pathname + url.search
  throw badLink(
    `it is on ${url.origin}, but the list is on ${own.origin}. Return query parameters, or a URL of the same origin`,
  )
}

/** Returns a query that takes out what providers add and the URL of a link already has. Undefined if there is none. */
function withoutRepeated(href: string, { providerDefaults }: PageRequest): QueryOption | undefined {
  const { searchParams } = createUrl(href)
  const added = providerDefaults?.list.flatMap(({ query = {} }) => pairsOf(query)) ?? []
  const repeated = added.filter(([name]) => searchParams.has(name))
  return repeated.length > 0 ? Object.fromEntries(repeated.map(([name]) => [name, null])) : undefined
}

const withoutScheme = (origin: string): string => origin.replace(/^https?:/, '')

const badLink = (reason: ErrorText): TautlineError<'bad-url'> =>
  new TautlineError('bad-url', `The link to another page cannot be used: ${reason}`, { url: '' })

type Parameters = Readonly<Record<string, Exclude<QueryOption, URLSearchParams>[string]>>

function toParameters(query: QueryOption): Parameters {
  if (!isUrlSearchParams(query)) return query
  const all: Record<string, string[]> = {}
  for (const [name, value] of query) (all[name] ??= []).push(value)
  return all
}

/** Removes the parameters that are set anew from a URL. */
function withoutParameters(url: string, parameters: Parameters): string {
  const [, start = '', search, end = ''] = /^([^?#]*)\?([^#]*)(.*)$/s.exec(url) ?? [url, url]
  const others = search?.split('&').filter((part) => !Object.hasOwn(parameters, queryNameOf(part)))
  return start + (others?.length ? `?${others.join('&')}` : '') + end
}
