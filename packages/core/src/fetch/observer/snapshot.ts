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
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
]

/** The bits of all tracked fields. */
export const ALL_FIELDS = 2 ** TRACKED_FIELDS.length - 1

/** The bit of a tracked field. Bits take less memory than a set: a page may have thousands of observers. */
export const fieldBit = (field: TrackedField): number => 2 ** TRACKED_FIELDS.indexOf(field)

/** What a snapshot is created from. */
export interface SnapshotSource {
  readonly entry?: StoredEntry | undefined
  /** The response that brought the data. */
  readonly cached?: Pick<CachedResponse, 'response'> | undefined
  readonly decoded?: DecodedData | undefined
  /** The error of the last request. */
  readonly error?: TautlineError | undefined
  /** There are data to show, which may be undefined. */
  readonly hasData: boolean
  readonly data: unknown
  /** A request is in flight, or will be sent on mount. */
  readonly isFetching: boolean
  /** When the data become stale for this observer. */
  readonly staleAt?: number | undefined
}

/**
 * Creates a frozen snapshot, or returns the one before if no field that is read has changed.
 *
 * @param trackedFields the bits of the tracked fields that are read
 */
export function createFetchSnapshot(
  before: FetchSnapshot<unknown> | undefined,
  { entry, cached, decoded, error: requestError, hasData, data, isFetching, staleAt }: SnapshotSource,
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
    staleAt: hasData ? staleAt : undefined,
    // Not the 401 before a renewal, which is no failure yet.
    failure: state?.attempt ? state.error : undefined,
    attempt: state?.attempt ?? 0,
    retryAt: state?.retryAt,
    waitingFor: state?.waitingFor,
  }
  const snapshot = next as FetchSnapshot<unknown> // by the status: only `error` and `success` can have an error
  if (before && isSameSnapshot(before, snapshot, trackedFields)) return before
  // Many observers show the same: those of one request, and those without a response.
  const owner = decoded ?? NO_DATA
  if (data !== (decoded ? decoded.shownValue : undefined) || snapshot.error || snapshot.failure)
    return Object.freeze(snapshot)
  const shared = owner.snapshot
  if (shared && isSameSnapshot(shared, snapshot, ALL_FIELDS)) return shared
  return (owner.snapshot = Object.freeze(snapshot))
}

/** Has the last snapshot without data. */
const NO_DATA: Pick<DecodedData, 'snapshot'> = { snapshot: undefined }

/** Whether all fields that are read are equal. */
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

/** Whether only the data differ from all shown snapshots, and not in the selected part. */
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
