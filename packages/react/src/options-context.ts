import { type ReactNode, createContext, createElement, useContext, useMemo } from 'react'
import type { CommonOptions, FetchDefaults } from '@tautline/core'

/** Options that make sense for every hook below a provider. */
export interface DefaultOptions extends Omit<
  CommonOptions<never, never>,
  'reduce' | 'initialData' | 'select' | 'onMessage'
> {
  /** Those of `useFetch` alone, such as `headers` and `cache`; they go before the ones beside it. */
  readonly fetch?: FetchDefaults | undefined
}

const DefaultsContext = /* @__PURE__ */ createContext<DefaultOptions | undefined>(undefined)

/**
 * Sets defaults for the hooks of a subtree; a hook's own options go first. None is needed.
 *
 * @example
 * <TautlineProvider options={{ retry: { limit: 10 } }}>…</TautlineProvider>
 */
export function TautlineProvider(props: {
  readonly options: DefaultOptions
  readonly children?: ReactNode
}): ReactNode {
  const outer = useContext(DefaultsContext)
  const value = useMemo(() => ({ ...outer, ...props.options }), [outer, props.options])
  return createElement(DefaultsContext.Provider, { value }, props.children)
}

/**
 * A hook's options over those of the providers above it.
 *
 * @param own the group of defaults that are for this hook alone
 */
export function useDefaults<Options extends object>(options: Options | undefined, own?: 'fetch'): Options {
  const defaults = useContext(DefaultsContext)
  if (!defaults) return (options ?? none) as Options // every option may be missing
  // It tells users apart everywhere below, and does not say that two functions give the same.
  const { key: providerKey, ...others } = defaults
  return { ...others, providerKey, ...(own && defaults[own]), ...(options as Options) }
}

const none = {}
