import { mayHaveChanged } from '../../connection/identity.ts'
import { FetchHandle } from '../observer/fetch-handle.ts'
import { KEY_OPTIONS, isSameSource } from '../request/request-key.ts'
import type { ListedRequest } from './types.ts'

/** What a request is known by, without its functions. */
const keyOf = ({ own: { key } }: FetchHandle): string => (key ? `${key.kind} ${key.key}` : '')

function groupByKey(observers: readonly FetchHandle[]): ReadonlyMap<string, readonly FetchHandle[]> {
  const groups = new Map<string, FetchHandle[]>()
  for (const observer of observers) {
    const key = keyOf(observer)
    const group = groups.get(key)
    if (group) group.push(observer)
    else groups.set(key, [observer])
  }
  return groups
}

const isUnchanged = (observer: FetchHandle, { url, options }: ListedRequest): boolean =>
  url === observer.own.url && !mayHaveChanged(KEY_OPTIONS, observer.given, options)

const isSame = (one: FetchHandle, other: FetchHandle): boolean =>
  keyOf(one) === keyOf(other) && isSameSource(one.own, other.own)

/**
 * Returns the observer of each request: the one that has it already, wherever it was in the list; else the one at the
 * same index, if the length is the same; else a new one.
 *
 * A request with another function counts as the same only if no other request of either list has its key. Else the data
 * of one function could be shown for another.
 */
export function matchRequests(
  observers: readonly FetchHandle[],
  requests: readonly ListedRequest[],
): readonly FetchHandle[] {
  const free = new Set(observers)
  const take = (observer: FetchHandle | undefined) =>
    observer && free.delete(observer) ? observer : undefined
  // The most frequent case, without the cost of a key.
  const unchanged = requests.map((request, index) => {
    const observer = observers[index]
    return observer && isUnchanged(observer, request) ? take(observer) : undefined
  })
  const created = requests.map(
    ({ url, options }, index) => unchanged[index] ?? new FetchHandle(url, options, true),
  )
  const chosen = created.map((one, index) => {
    const observer = observers[index]
    return unchanged[index] ?? (observer && isSame(observer, one) ? take(observer) : undefined)
  })
  const before = groupByKey(observers)
  const next = groupByKey(created)
  const choose = (find: (one: FetchHandle, index: number) => FetchHandle | undefined) => {
    for (const [index, one] of created.entries()) chosen[index] ??= take(find(one, index))
  }
  const groupOf = (one: FetchHandle) => before.get(keyOf(one)) ?? []
  choose((one) => groupOf(one).find((other) => free.has(other) && isSameSource(other.own, one.own)))
  choose((one) => {
    const [only, ...others] = groupOf(one)
    return others.length === 0 && next.get(keyOf(one))?.length === 1 ? only : undefined
  })
  if (observers.length === requests.length) choose((_, index) => observers[index])
  return created.map((one, index) => chosen[index] ?? one)
}
