import type { StoredEntry } from '../cache/types.ts'
import { NOTHING_YET } from '../cache/cache-entry.ts'
import type { Cell } from '../cache/optimistic-data.ts'
import type { KeptAnswer } from '../cache/cached-response.ts'
import type { FetchSnapshot, QuietField } from '../types.ts'
import { isNews } from '../../observer/select.ts'

const QUIET: readonly QuietField[] = [
  'isFetching',
  'response',
  'progress',
  'staleAt',
  'attempt',
  'retryAt',
  'waitingFor',
]

/** All of the quiet fields. */
export const ALL_QUIET = 2 ** QUIET.length - 1

/** The fields that somebody looks at, as bits: a page may hold thousands of hooks. */
export const bitOf = (field: QuietField): number => 2 ** QUIET.indexOf(field)

/** What a hook knows beside its entry. */
export interface Seen {
  readonly entry: StoredEntry | undefined
  /** What brought the data. */
  readonly kept: Pick<KeptAnswer, 'response' | 'freshness'> | undefined
  readonly cell: Cell | undefined
  /** What its request has failed for. */
  readonly error: Error | undefined
  /** There is something to show. */
  readonly has: boolean
  readonly data: unknown
  /** A request is under way for it, or will be as soon as it is mounted. */
  readonly isFetching: boolean
}

/**
 * What a hook shows: frozen, and the same object as before where nothing of what is looked at has changed.
 *
 * @param watched the quiet fields that are looked at
 */
export function takeFetchSnapshot(
  before: FetchSnapshot<unknown> | undefined,
  { entry, kept, cell, error: failure, has, data, isFetching }: Seen,
  watched: number,
): FetchSnapshot<unknown> {
  const error = cell?.error ?? failure
  const isBad = error !== undefined && (cell?.error !== undefined || !entry?.isExcused)
  const state = isFetching ? entry?.exchange?.state : undefined
  const next = {
    status: isBad ? 'error' : has ? 'success' : isFetching ? 'pending' : 'idle',
    data,
    error: isBad || has ? error : undefined,
    isFetching,
    response: cell && kept?.response,
    progress: entry?.progress ?? NOTHING_YET,
    staleAt: has ? kept?.freshness?.staleAt : undefined,
    attempt: state?.attempt ?? 0,
    retryAt: state?.retryAt,
    waitingFor: state?.waitingFor,
  }
  const isSame = before && isSameSnapshot(before, next as FetchSnapshot<unknown>, watched)
  return isSame ? before : (Object.freeze(next) as FetchSnapshot<unknown>) // an error has the status `error`, and none of the others has one but `success`
}

/** Nothing of what is looked at differs. */
function isSameSnapshot(
  one: FetchSnapshot<unknown>,
  other: FetchSnapshot<unknown>,
  watched: number,
): boolean {
  return (
    one.status === other.status &&
    Object.is(one.data, other.data) &&
    one.error === other.error &&
    (watched === 0 || QUIET.every((field) => !(watched & bitOf(field)) || one[field] === other[field]))
  )
}

/** Of what may be on the screen only the data differs, and not in the part that is selected. */
export function isUnseen(
  select: (data: unknown) => unknown,
  next: FetchSnapshot<unknown>,
  onScreen: readonly FetchSnapshot<unknown>[],
  watched: number,
): boolean {
  return onScreen.every(
    (one) =>
      one.data !== undefined &&
      next.data !== undefined &&
      isSameSnapshot({ ...one, data: next.data }, next, watched) &&
      !isNews(select, next.data, [one.data]),
  )
}
