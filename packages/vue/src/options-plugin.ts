import { type App, type InjectionKey, hasInjectionContext, inject, ssrContextKey } from 'vue'
import type { CommonOptions, FetchDefaults } from '@tautline/core'
import { plain } from './arguments.ts'

/** Options that make sense for every hook of an app. */
export interface DefaultOptions extends Omit<
  CommonOptions<never, never>,
  'reduce' | 'initialData' | 'select' | 'onMessage'
> {
  /** Those of `useFetch` alone, such as `headers` and `cache`; they go before the ones beside it. */
  readonly fetch?: FetchDefaults | undefined
}

const defaultsKey: InjectionKey<DefaultOptions> = /* @__PURE__ */ Symbol('tautline')

/**
 * Sets defaults for the hooks of an app; a hook's own options go first. None is needed.
 *
 * @example
 * app.use(tautline, { retry: { limit: 10 } })
 */
export const tautline = {
  install(app: App, options: DefaultOptions): void {
    app.provide(defaultsKey, options)
  },
}

/** What the app around the hook says, where there is one: its defaults, and whether it is being rendered on a server. */
export function injected(): { readonly defaults: DefaultOptions | undefined; readonly server: boolean } {
  if (!hasInjectionContext()) return { defaults: undefined, server: false }
  return { defaults: inject(defaultsKey, undefined), server: inject(ssrContextKey, undefined) !== undefined }
}

/**
 * A hook's options over those of its app.
 *
 * @param own the group of defaults that are for this hook alone
 */
export function withDefaults<Options extends object>(
  defaults: DefaultOptions | undefined,
  options: Options | undefined,
  own?: 'fetch',
): Options {
  // It tells users apart everywhere in the app, and does not say that two functions give the same.
  const { key: providerKey, ...others } = plain(defaults) ?? {}
  const group = own && plain(defaults?.[own])
  return { ...others, providerKey, ...group, ...plain(options) } as Options // every option may be missing
}
