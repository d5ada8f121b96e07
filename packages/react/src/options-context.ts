import { type ReactNode, createContext, createElement, useContext, useMemo } from 'react'
import type { CommonOptions } from '@tautline/core'

/** Options that make sense for every hook below a provider. */
export type DefaultOptions = Omit<
  CommonOptions<never, never>,
  'reduce' | 'initialData' | 'select' | 'onMessage'
>

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

/** A hook's options over those of the providers above it. */
export function useDefaults<Options extends object>(options: Options | undefined): Options {
  const defaults = useContext(DefaultsContext)
  return defaults ? { ...defaults, ...(options as Options) } : ((options ?? none) as Options) // every option may be missing
}

const none = {}
