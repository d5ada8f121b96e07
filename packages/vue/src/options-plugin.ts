import {
  type App,
  type InjectionKey,
  type MaybeRefOrGetter,
  hasInjectionContext,
  inject,
  ssrContextKey,
  toValue,
} from 'vue'
import type { CommonOptions, FetchDefaults } from '@tautline/core'
import { type ProviderOptions, addProviderDefaults } from '@tautline/core/fetch'
import { mayChange, toPlainOptions } from './arguments.ts'
import type { ReactiveOptions } from './reactive-options.ts'

/** Default options for every hook of an app. */
export interface DefaultOptions extends Omit<
  CommonOptions<never, never>,
  'reduce' | 'initialData' | 'select' | 'onMessage'
> {
  /** Defaults for `useFetch` only, such as `headers` and `cache`. They override the defaults next to `fetch`. */
  readonly fetch?: FetchDefaults | undefined
}

/** Default options as an app gives them: an object with refs and getters, or a ref or getter of it. */
export type DefaultsSource = MaybeRefOrGetter<ReactiveOptions<DefaultOptions> | undefined>

const defaultsKey: InjectionKey<DefaultsSource> = /* @__PURE__ */ Symbol('tautline')

/**
 * A plugin that sets default options for all hooks of an app. Hooks also work without it.
 *
 * A hook's own options override the defaults, groups such as `timeout` as a whole; undefined does not. If users log in, pass a ref or getter of the user's ID
 * as `key`: when it changes, all hooks drop their connections and data and start again.
 *
 * @example
 * app.use(tautline, { retry: { limit: 10 } })
 */
export const tautline = {
  install(app: App, options: DefaultsSource): void {
    const read = () => {
      const plain = toPlainOptions<DefaultOptions>(toValue(options)) ?? {}
      // The types do not allow `headers` and `query` next to `fetch`. As a hook's own they would go to every origin.
      const { headers, query, ...common }: DefaultOptions & ProviderOptions = plain
      const { headers: _, query: __, ...fetch } = common.fetch ?? {}
      const providerDefaults = addProviderDefaults(undefined, { headers, query, ...given(common.fetch) })
      // Hooks get the function that merges them as a value.
      return { ...common, fetch: { ...fetch, providerDefaults } }
    }
    app.provide(defaultsKey, mayChange(options) ? read : read())
  },
}

/**
 * Reads the default options from the app that the hook belongs to, and whether that app is being rendered on a server.
 * Outside an app there are no defaults.
 */
export function injectAppContext(): {
  readonly defaults: DefaultsSource
  readonly isServer: boolean
} {
  if (!hasInjectionContext()) return { defaults: undefined, isServer: false }
  return {
    defaults: inject(defaultsKey, undefined),
    isServer: inject(ssrContextKey, undefined) !== undefined,
  }
}

/**
 * Merges a hook's options with the defaults of its app. The hook's options win.
 *
 * @param group the defaults for this kind of hook only; they override the general ones
 */
export function withDefaults<Options extends object>(
  defaults: DefaultsSource,
  options: ReactiveOptions<Options> | undefined,
  group?: 'fetch',
): Options {
  if (!defaults && !options) return NO_OPTIONS as Options // every option is optional
  // The app's `key` separates users. It must not arrive as the hook's own `key`, which also declares that different
  // functions (URL, headers, body) give the same result.
  const { key: providerKey, fetch, ...common } = toPlainOptions<DefaultOptions>(toValue(defaults)) ?? {}
  const groupDefaults = group && given(fetch)
  const own = given(toPlainOptions<Options>(options))
  return { ...given(common), providerKey, ...groupDefaults, ...own } as Options // every option is optional
}

const NO_OPTIONS = {}

/** Returns the options that are given: undefined means that an option is not. */
const given = (options: object = {}): object =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
