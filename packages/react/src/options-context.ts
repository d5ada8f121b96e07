import { createContext, useContext } from 'react'
import type { CommonOptions, FetchDefaults, ProviderDefaults } from '@tautline/core'

/** Default options for every hook below a provider. */
export interface DefaultOptions extends Omit<
  CommonOptions<never, never>,
  'reduce' | 'initialData' | 'select' | 'onMessage'
> {
  /** Defaults for `useFetch` only, such as `headers` and `cache`. They override the defaults next to `fetch`. */
  readonly fetch?: FetchDefaults | undefined
}

/** The defaults of all providers around a component. */
export interface MergedDefaults extends Omit<DefaultOptions, 'fetch'> {
  readonly fetch: { readonly providerDefaults: ProviderDefaults }
}

export const DefaultsContext = /* @__PURE__ */ createContext<MergedDefaults | undefined>(undefined)

/**
 * Merges a hook's options with the defaults of the providers above it. The hook's options win.
 *
 * @param group the defaults for this kind of hook only; they override the general ones
 */
export const useDefaults = <Options extends object>(options: Options | undefined, group?: 'fetch'): Options =>
  withDefaults(useContext(DefaultsContext), options, group)

/** Merges options with defaults. The options win. */
export function withDefaults<Options extends object>(
  defaults: MergedDefaults | undefined,
  options: Options | undefined,
  group?: 'fetch',
): Options {
  if (!defaults) return (options ?? NO_OPTIONS) as Options // every option is optional
  // The provider's `key` separates users. It must not arrive as the hook's own `key`, which also declares that
  // different functions (URL, headers, body) give the same result.
  const { key: providerKey, fetch, ...others } = defaults
  return { ...others, providerKey, ...(group && fetch), ...given(options) } as Options // every option is optional
}

/** Returns the options that are given: undefined means that an option is not. */
export const given = (options: object = NO_OPTIONS): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))

const NO_OPTIONS = {}
