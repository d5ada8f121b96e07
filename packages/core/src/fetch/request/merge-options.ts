import { mergePairs } from '../../http/build-request.ts'
import { contextUrls } from '../../http/resolve-request.ts'
import { callPart, joinHeaders, partsOf } from '../../http/merge-headers.ts'
import type { HeadersFunction, HeadersOption } from '../../http/types.ts'
import { warnAboutWithheldHeaders } from '../../platform/dev-warnings.ts'
import type { Environment } from '../../platform/environment.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import { createUrl } from '../../shared/create-url.ts'
import type {
  AnyFetchOptions,
  FetchOverrides,
  ProviderDefaults,
  QueryOption,
  RequestOptions,
} from '../options.ts'
import { urlWithQuery } from './request-key.ts'

const mergeQueries = (queries: readonly (QueryOption | undefined)[]): QueryOption | undefined => {
  const given = queries.filter((query) => query !== undefined)
  return given.length < 2 ? given[0] : (mergePairs(given) as unknown as QueryOption) // read by `pairsOf`
}

/** Merges the defaults of providers into the options of a request: headers and query by name. */
export function mergeProviders(
  url: UrlOption,
  options: AnyFetchOptions,
  environment: Environment,
): AnyFetchOptions {
  const { providerDefaults, headers = [], query } = options
  if (!providerDefaults) return options
  const parts = providerDefaults.flatMap((provider) => headersOf(provider, url, options, environment))
  return {
    ...options,
    headers: joinHeaders([...parts, ...partsOf(headers)]),
    query: mergeQueries([...providerDefaults.map((provider) => provider.query), query]),
  }
}

/** The options that `execute` reads. Other properties are ignored, since it may be called with a DOM event. */
const OVERRIDABLE_OPTIONS = [
  'method',
  'json',
  'body',
  'credentials',
  'idempotencyKey',
  'invalidates',
] as const satisfies readonly (keyof RequestOptions)[]

/**
 * Merges the options of `execute` into the observer's own: headers and query by name. A body of `execute` replaces both
 * `json` and `body`.
 */
export function mergeOverrides(own: AnyFetchOptions, overrides: FetchOverrides): AnyFetchOptions {
  const { json, body, headers, query } = overrides
  return {
    ...own,
    ...(json !== undefined || (body !== undefined && body !== null)
      ? { json: undefined, body: undefined }
      : {}),
    ...Object.fromEntries(
      OVERRIDABLE_OPTIONS.filter((name) => overrides[name] !== undefined).map((name) => [
        name,
        overrides[name],
      ]),
    ),
    headers: headers ? joinHeaders([...partsOf(own.headers), headers]) : own.headers,
    query: mergeQueries([own.query, query]),
  }
}

const restrictedHeaders = new WeakMap<ProviderDefaults, HeadersFunction>()

/** Returns the headers of a provider: only for the page's origin and its own `baseUrl`, since they may be secret. */
function headersOf(
  provider: ProviderDefaults,
  url: UrlOption,
  options: AnyFetchOptions,
  environment: Environment,
): readonly HeadersOption[] {
  const { headers, baseUrl } = provider
  if (!headers) return []
  const isAllowed = (given: unknown): boolean => {
    const { origin } = urlWithQuery(given, { ...options, query: undefined }, environment)
    const bases = [environment.baseUrl, baseUrl].filter((base) => base !== undefined)
    const allowed =
      bases.length === 0 || bases.some((base) => createUrl(base, environment.baseUrl).origin === origin)
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
