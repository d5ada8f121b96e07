import type { TautlineError } from '../../shared/errors.ts'
import type { StoredEntry } from '../cache/types.ts'
import { NO_PROGRESS } from '../cache/cache-entry.ts'
import type { DecodedData } from '../cache/optimistic-data.ts'
import type { CachedResponse } from '../cache/cached-response.ts'
import type { FetchSnapshot, TrackedField } from '../types.ts'
import { hasSelectionChanged } from '../../observer/select.ts'

const TRACKED_FIELDS: readonly TrackedField[] = [
  'isFetching',
  'response',
  'progress',
  'staleAt',
  'attempt',
  'retryAt',
  'waitingFor',
]

/** All of the quiet fields. */
export const ALL_FIELDS = 2 ** TRACKED_FIELDS.length - 1

/** The fields that somebody looks at, as bits: a page may hold thousands of hooks. */
export const fieldBit = (field: TrackedField): number => 2 ** TRACKED_FIELDS.indexOf(field)

/** What a hook knows beside its entry. */
export interface SnapshotSource {
  readonly entry?: StoredEntry | undefined
  /** What brought the data. */
  readonly cached?: Pick<CachedResponse, 'response' | 'freshness'> | undefined
  readonly decoded?: DecodedData | undefined
  /** What its request has failed for. */
  readonly error?: TautlineError | undefined
  /** There is something to show. */
  readonly hasData: boolean
  readonly data: unknown
  /** A request is under way for it, or will be as soon as it is mounted. */
  readonly isFetching: boolean
}

/**
 * What a hook shows: frozen, and the same object as before where nothing of what is looked at has changed.
 *
 * @param trackedFields the quiet fields that are looked at
 */
export function createFetchSnapshot(
  before: FetchSnapshot<unknown> | undefined,
  { entry, cached, decoded, error: requestError, hasData, data, isFetching }: SnapshotSource,
  trackedFields: number,
): FetchSnapshot<unknown> {
  const error = decoded?.error ?? requestError
  const isError = error !== undefined && (decoded?.error !== undefined || !entry?.isStaleOnError)
  const state = isFetching ? entry?.request?.state : undefined
  const next = {
    status: isError ? 'error' : hasData ? 'success' : isFetching ? 'pending' : 'idle',
    data,
    error: isError || hasData ? error : undefined,
    isFetching,
    response: decoded && cached?.response,
    progress: entry?.progress ?? NO_PROGRESS,
    staleAt: hasData ? cached?.freshness?.staleAt : undefined,
    attempt: state?.attempt ?? 0,
    retryAt: state?.retryAt,
    waitingFor: state?.waitingFor,
  }
  const isSame = before && isSameSnapshot(before, next as FetchSnapshot<unknown>, trackedFields)
  return isSame ? before : (Object.freeze(next) as FetchSnapshot<unknown>) // an error has the status `error`, and none of the others has one but `success`
}

/** Nothing of what is looked at differs. */
function isSameSnapshot(
  one: FetchSnapshot<unknown>,
  other: FetchSnapshot<unknown>,
  trackedFields: number,
): boolean {
  return (
    one.status === other.status &&
    Object.is(one.data, other.data) &&
    one.error === other.error &&
    (trackedFields === 0 ||
      TRACKED_FIELDS.every((field) => !(trackedFields & fieldBit(field)) || one[field] === other[field]))
  )
}

/** Of what may be on the screen only the data differs, and not in the part that is selected. */
export function isSelectionUnchanged(
  select: (data: unknown) => unknown,
  next: FetchSnapshot<unknown>,
  shownSnapshots: readonly FetchSnapshot<unknown>[],
  trackedFields: number,
): boolean {
  return shownSnapshots.every(
    (one) =>
      one.data !== undefined &&
      next.data !== undefined &&
      isSameSnapshot({ ...one, data: next.data }, next, trackedFields) &&
      !hasSelectionChanged(select, next.data, [one.data]),
  )
}
