import { FetchList } from './fetch-list.ts'
import type { FetchListObserver, ListedRequest } from './types.ts'

export type {
  FetchListObserver,
  FetchListSnapshot,
  FetchRequest,
  FetchRequests,
  ListedData,
  ListedRequest,
  PlannedRequest,
  TypeAt,
  TypeList,
} from './types.ts'

/**
 * Creates the observer on which bindings build a hook for several requests. Each request has an ordinary observer,
 * which it keeps while the list changes.
 *
 * @throws TautlineError `bad-option`
 */
export function observeFetches(requests: readonly ListedRequest[]): FetchListObserver {
  return new FetchList(requests)
}
