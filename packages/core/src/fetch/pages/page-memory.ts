import type { CacheContext } from '../cache/types.ts'
import { type RequestSource, isSameSource } from '../request/request-key.ts'
import type { PageRequest } from './page-request.ts'

/** The requests by which a list was loaded, so that a component that comes back shows the same pages. */
export interface RememberedList {
  readonly requests: readonly PageRequest[]
  /** The keys of the requests to which the pages linked. */
  readonly nextKeys: readonly (string | undefined)[]
  /** The position of the first request in the whole list. */
  readonly offset: number
  /** The requests of the pages before them that `maxPages` has dropped. */
  readonly dropped: readonly PageRequest[]
}

interface Memory extends RememberedList {
  readonly source: RequestSource
  /** Changes when the cache is cleared or the user logs out. */
  readonly session: object | null
}

/** How many lists of one cache are remembered. */
const MAX_LISTS = 100

const memories = /* @__PURE__ */ new WeakMap<CacheContext, Map<string, Memory>>()

/** Remembers how a list was loaded. @param key of its first request */
export function remember(
  context: CacheContext,
  key: string,
  source: RequestSource,
  list: RememberedList,
): void {
  const lists = memories.get(context) ?? new Map<string, Memory>()
  memories.set(context, lists)
  lists.delete(key)
  lists.set(key, { ...list, source, session: context.session })
  const [oldest = key] = lists.keys()
  if (lists.size > MAX_LISTS) lists.delete(oldest)
}

export function recall(
  context: CacheContext,
  key: string,
  source: RequestSource,
): RememberedList | undefined {
  const memory = memories.get(context)?.get(key)
  // Other functions may return the URL or the headers of another user.
  return memory && memory.session === context.session && isSameSource(memory.source, source)
    ? memory
    : undefined
}
