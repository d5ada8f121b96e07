import { type RestrictedHeaders, callPart, joinHeaders, partsOf } from '../../http/merge-headers.ts'
import type { HeadersFunction, HeadersOption } from '../../http/types.ts'
import { warnAboutWithheldHeaders } from '../../platform/request-warnings.ts'
import type { Environment } from '../../platform/environment.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { createUrl } from '../../shared/create-url.ts'
import { getContextRequest } from '../../shared/resolve-option.ts'
import type { AnyFetchOptions, ProviderDefaults, ProviderOptions } from '../options.ts'
import { mergeQueries } from './merge-options.ts'
import { toRequestUrl } from './request-key.ts'

/**
 * Adds the request options of a provider to those of outer ones. A provider brings this function as a value, so that
 * pages without a provider carry no code of it.
 */
export const addProviderDefaults = (
  outer: ProviderDefaults | undefined,
  own: ProviderOptions | undefined,
): ProviderDefaults => ({ list: [...(outer?.list ?? []), own ?? {}], merge: mergeProviders })

/** Merges the defaults of providers into the options of a request: headers and query by name. */
function mergeProviders(url: UrlOption, options: AnyFetchOptions, environment: Environment): AnyFetchOptions {
  const { providerDefaults, headers = [], query } = options
  if (!providerDefaults) return options
  const { list } = providerDefaults
  const parts = list.flatMap((provider) => headersOf(provider, url, options, environment))
  return {
    ...options,
    headers: joinHeaders([...parts, ...partsOf(headers)]),
    query: mergeQueries([...list.map((provider) => provider.query), query]),
  }
}

/** Returns the headers of a provider: only for the page's origin and its own `baseUrl`, since they may be secret. */
function headersOf(
  { headers, baseUrl }: ProviderOptions,
  url: UrlOption,
  options: AnyFetchOptions,
  environment: Environment,
): readonly HeadersOption[] {
  if (!headers) return []
  const allowed = [environment.baseUrl, baseUrl].filter((base) => base !== undefined).map(String)
  const isAllowed: IsAllowed = (given, prefix) => {
    const { origin } = toRequestUrl(given, { baseUrl: prefix }, environment)
    // Without a page, as in React Native, only `baseUrl` says where they belong.
    const isOwn = allowed.some((base) => createUrl(base, allowed[0]).origin === origin)
    if (!isOwn) warnAboutWithheldHeaders(origin)
    return isOwn
  }
  if (typeof url === 'function') return [getRestricted(headers, allowed.join(' '), isAllowed)]
  try {
    return isAllowed(url, options.baseUrl) ? [headers] : []
  } catch {
    // The attempt reports the invalid URL.
    return []
  }
}

type IsAllowed = (url: unknown, baseUrl: string | URL | undefined) => boolean

/** The restricted functions by headers and allowed origins: the same function for all hooks, which share by it. */
const restrictedHeaders = new WeakMap<object, Map<string, HeadersFunction>>()

function getRestricted(headers: HeadersOption, origins: string, isAllowed: IsAllowed): HeadersFunction {
  const known = restrictedHeaders.get(headers) ?? new Map<string, HeadersFunction>()
  restrictedHeaders.set(headers, known)
  const restricted = known.get(origins) ?? restrict(headers, isAllowed)
  known.set(origins, restricted)
  return restricted
}

/** Returns a function that returns the headers only if the URL of the request, which a function returns, is allowed. */
function restrict(headers: HeadersOption, isAllowed: IsAllowed): RestrictedHeaders {
  const restricted: HeadersFunction = async (context) => {
    const request = getContextRequest(context)
    return request && isAllowed(await request.url, request.baseUrl) ? callPart(headers, context) : []
  }
  // What is renewed are the headers themselves: their renewal is shared, and another origin must not get it.
  const renewedBy = (renew: (part: HeadersFunction) => HeadersFunction) =>
    typeof headers === 'function' ? restrict(renew(headers), isAllowed) : restricted
  return Object.assign(restricted, { renewedBy })
}
