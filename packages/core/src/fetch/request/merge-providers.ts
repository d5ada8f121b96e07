import { callPart, joinHeaders, partsOf } from '../../http/merge-headers.ts'
import { contextUrls } from '../../http/resolve-request.ts'
import type { HeadersFunction, HeadersOption } from '../../http/types.ts'
import { warnAboutWithheldHeaders } from '../../platform/dev-warnings.ts'
import type { Environment } from '../../platform/environment.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { createUrl } from '../../shared/create-url.ts'
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

const restrictedHeaders = new WeakMap<ProviderOptions, HeadersFunction>()

/** Returns the headers of a provider: only for the page's origin and its own `baseUrl`, since they may be secret. */
function headersOf(
  provider: ProviderOptions,
  url: UrlOption,
  options: AnyFetchOptions,
  environment: Environment,
): readonly HeadersOption[] {
  const { headers, baseUrl } = provider
  if (!headers) return []
  const isAllowed = (given: unknown): boolean => {
    const { origin } = toRequestUrl(given, { ...options, query: undefined }, environment)
    const bases = [environment.baseUrl, baseUrl].filter((base) => base !== undefined)
    const allowed =
      bases.length === 0 ||
      bases.some((base) => createUrl(String(base), environment.baseUrl).origin === origin)
    if (!allowed) warnAboutWithheldHeaders(origin)
    return allowed
  }
  if (typeof url !== 'function') {
    try {
      return isAllowed(url) ? [headers] : []
    } catch {
      // The attempt reports the invalid URL.
      return []
    }
  }
  const restricted: HeadersFunction =
    restrictedHeaders.get(provider) ??
    (async (context) => (isAllowed(await contextUrls.get(context)) ? callPart(headers, context) : []))
  restrictedHeaders.set(provider, restricted)
  return [restricted]
}
