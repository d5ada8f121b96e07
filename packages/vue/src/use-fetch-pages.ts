import { type ComputedRef, type MaybeRefOrGetter, getCurrentInstance, toValue, watch } from 'vue'
import {
  type FetchPagesCommands,
  type FetchPagesOptions,
  type FetchPagesSnapshot,
  type TrackedPagesField,
  type UrlOption,
  observeFetchPages,
} from '@tautline/core/fetch'
import { mayChange } from './arguments.ts'
import { type ResultKind, lazyRefs } from './lazy-refs.ts'
import { RequestRefs } from './observed-refs.ts'
import { injectAppContext, withDefaults } from './options-plugin.ts'
import type { ReactiveOptions } from './reactive-options.ts'
import { resolveUrl } from './resolve-url.ts'
import { throwErrors } from './throw-errors.ts'
import { whileActive } from './while-active.ts'

/** The result of `useFetchPages`: read-only refs of the list's state, which can be destructured, and commands. */
export type FetchPagesResult<Page> = {
  readonly [Field in keyof FetchPagesSnapshot<Page>]: ComputedRef<FetchPagesSnapshot<Page>[Field]>
} & FetchPagesCommands<Page>

const TRACKED: readonly TrackedPagesField[] = [
  'isFetching',
  'response',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
]
const COMMANDS: readonly (keyof FetchPagesCommands<unknown>)[] = [
  'fetchNext',
  'fetchPrevious',
  'refetch',
  'abort',
  'mutate',
]
const ALWAYS_NOTIFIED = [
  'status',
  'pages',
  'error',
  'isFetchingNext',
  'isFetchingPrevious',
  'hasNext',
  'hasPrevious',
]
const PAGES_KIND: ResultKind<object> = { tracked: TRACKED, commands: COMMANDS, selectsUndefined: false }
const PAGES_NAMES = /* @__PURE__ */ ALWAYS_NOTIFIED.concat(TRACKED, COMMANDS)

/**
 * A list of pages, such as an infinite list. The first page is requested when the component is mounted or the effect
 * scope starts, the others by `fetchNext` and `fetchPrevious`.
 *
 * Each page is an ordinary request, which is cached, shared and retried as with `useFetch`. A component that comes back
 * shows the same pages. Another URL, `query` or `key` starts with the first page.
 *
 * @param url of the first page, or a ref or getter of it; without one the hook stays idle; a function that is async or
 *   has a parameter runs before every attempt
 * @param options an object, a `reactive` object, or a ref or getter of one
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * const { pages, hasNext, fetchNext } = useFetchPages('/api/users', {
 *   codec: json(Users),
 *   next: cursor('after', (page) => page.nextCursor),
 * })
 */
export function useFetchPages<Page = unknown>(
  url: MaybeRefOrGetter<UrlOption>,
  optionsSource?: MaybeRefOrGetter<ReactiveOptions<FetchPagesOptions<Page>> | undefined>,
): FetchPagesResult<Page> {
  const { defaults, isServer } = injectAppContext()
  const read = () => withDefaults<FetchPagesOptions<Page>>(defaults, toValue(optionsSource), 'fetch')
  const observer = observeFetchPages<Page>(resolveUrl(url), read())
  // While Vue hydrates a page, the first render has to show what the server rendered.
  const server = getCurrentInstance()?.vnode.el ? observer.getServerSnapshot() : undefined
  const refs = new RequestRefs(PAGES_KIND, observer, undefined, server)
  const mayOptionsChange = mayChange(optionsSource) || mayChange(defaults)
  // The watcher runs synchronously, so that a command right after a change of the URL uses the new URL.
  if (mayChange(url) || mayOptionsChange)
    watch(
      [() => resolveUrl(url), read] as const,
      ([nextUrl, nextOptions]) => observer.setOptions(nextUrl, nextOptions),
      { flush: 'sync' },
    )
  observer.onUnownedChange = refs.update
  whileActive(refs, isServer)
  if (mayOptionsChange || read().throwOnError) {
    const { notified } = refs
    throwErrors(
      () => read().throwOnError === true && notified.value.status === 'error' && notified.value.error,
    )
  }
  return lazyRefs(refs, PAGES_NAMES) as FetchPagesResult<Page> // a ref for each field, and the commands
}
