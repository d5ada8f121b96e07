import { type ReactNode, createElement, useContext, useMemo } from 'react'
import { addProviderDefaults } from '@tautline/core/fetch'
import { type DefaultOptions, DefaultsContext, given } from './options-context.ts'

/**
 * A provider of default options for all hooks below it. Hooks also work without one.
 *
 * A hook's own options override the defaults; undefined does not. An inner provider overrides single options of an
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
    const { headers: _, query: __, ...own } = props.options.fetch ?? {}
    const providerDefaults = addProviderDefaults(outer?.fetch.providerDefaults, props.options.fetch)
    return { ...outer, ...given(props.options), fetch: { ...outer?.fetch, ...given(own), providerDefaults } }
  }, [outer, props.options])
  return createElement(DefaultsContext.Provider, { value }, props.children)
}
