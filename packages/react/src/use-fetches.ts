import { useContext, useSyncExternalStore } from 'react'
import {
  type FetchRequest,
  type FetchRequests,
  type ListedData,
  type TypeAt,
  type TypeList,
  observeFetches,
} from '@tautline/core/fetch'
import { useCommitEffect } from './commit-effect.ts'
import { type FetchResult, toFetchResult } from './fetch-result.ts'
import { DefaultsContext, withDefaults } from './options-context.ts'
import { useOnce } from './use-once.ts'

/** The results of `useFetches`, in the order of the requests. */
export type FetchResults<Bodies, Selected, Initial> = {
  readonly [Index in keyof Bodies]: FetchResult<
    Bodies[Index],
    Bodies[Index],
    ListedData<Bodies[Index], TypeAt<Selected, Index>, TypeAt<Initial, Index>>
  >
}

/**
 * Several HTTP requests. Each one is an ordinary request with the options of `useFetch`, except `reduce`, and has the
 * result of `useFetch`.
 *
 * The list may have another length or order in each render. A request that stays in the list keeps its state, wherever
 * it is: it is known by its method, URL, headers, `query`, `json` and `key`. If several have the same and functions that
 * are created inline, give each its own `key`.
 *
 * @throws TautlineError `bad-option` for an invalid option, and with `throwOnError` the error of a request, during the
 *   render
 *
 * @example
 * const [user, teams] = useFetches([
 *   { url: `/api/users/${id}`, codec: json(User) },
 *   { url: '/api/teams', codec: json(Teams) },
 * ])
 * const users = useFetches(ids.map((id) => ({ url: `/api/users/${id}`, codec: json(User) })))
 */
export function useFetches<
  Bodies extends TypeList = readonly unknown[],
  Selected extends TypeList = readonly unknown[],
  Initial extends TypeList = readonly unknown[],
>(requests: FetchRequests<Bodies, Selected, Initial>): FetchResults<Bodies, Selected, Initial>
export function useFetches(list: object): unknown {
  const requests = list as readonly FetchRequest[] // with the types above
  const defaults = useContext(DefaultsContext)
  const all = requests.map(({ url, ...own }) => ({ url, options: withDefaults(defaults, own, 'fetch') }))
  const observer = useOnce(() => observeFetches(all))
  const plan = observer.plan(all)
  // This effect runs before the one that subscribes, so the requests are sent with the newest options.
  useCommitEffect(() => observer.apply(plan))
  const stored = useSyncExternalStore(observer.subscribe, observer.getSnapshot, observer.getServerSnapshot)
  return plan.map(({ observer: one, url, options }) =>
    // An observer that this render has created is not in the list yet.
    toFetchResult(one, url, options, stored.get(one) ?? one.getSnapshot()),
  )
}
