import { mergePairs } from '../../http/build-request.ts'
import { joinHeaders, partsOf } from '../../http/merge-headers.ts'
import type { Environment } from '../../platform/environment.ts'
import type { UrlOption } from '../../shared/attempt.ts'
import type { AnyFetchOptions, FetchOverrides, QueryOption, RequestOptions } from '../options.ts'

export const mergeQueries = (queries: readonly (QueryOption | undefined)[]): QueryOption | undefined => {
  const given = queries.filter((query) => query !== undefined)
  return given.length < 2 ? given[0] : (mergePairs(given) as unknown as QueryOption) // read by `pairsOf`
}

/** Merges the defaults of the providers into the options of a hook. */
export const withDefaults = (
  url: UrlOption,
  options: AnyFetchOptions,
  environment: Environment,
): AnyFetchOptions => options.providerDefaults?.merge(url, options, environment) ?? options

/** The options that `execute` reads. Other properties are ignored, since it may be called with a DOM event. */
const OVERRIDABLE_OPTIONS = [
  'method',
  'json',
  'body',
  'credentials',
  'idempotencyKey',
  'invalidates',
  'upload',
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
