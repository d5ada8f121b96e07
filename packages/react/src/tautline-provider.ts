import { type ReactNode, createElement, useContext, useMemo } from 'react'
import { type ProviderOptions, addProviderDefaults } from '@tautline/core/fetch'
import { type DefaultOptions, DefaultsContext, given } from './options-context.ts'

/**
 * A provider of default options for all hooks below it. Hooks also work without one.
 *
 * A hook's own options override the defaults, groups such as `timeout` as a whole; undefined does not. An inner provider overrides single options of an
 * outer one, also in `fetch`. If users log in, set `key` to the user's ID: when it changes, all hooks below drop their
 * connections and data and start again.
 *
 * @example
 * <TautlineProvider options={{ retry: { limit: 10 } }}>
 *   <App />
 * </TautlineProvider>
 */
export function TautlineProvider(props: {
  readonly options: DefaultOptions
  readonly children?: ReactNode
}): ReactNode {
  const outer = useContext(DefaultsContext)
  const value = useMemo(() => {
    // The types do not allow `headers` and `query` next to `fetch`. As a hook's own they would go to every origin.
    const { headers, query, ...common }: DefaultOptions & ProviderOptions = props.options
    const { headers: _, query: __, ...own } = common.fetch ?? {}
    const merged = { headers, query, ...given(common.fetch) }
    const providerDefaults = addProviderDefaults(outer?.fetch.providerDefaults, merged)
    return { ...outer, ...given(common), fetch: { ...outer?.fetch, ...given(own), providerDefaults } }
  }, [outer, props.options])
  return createElement(DefaultsContext.Provider, { value }, props.children)
}
