import type { AnyPagesSnapshot, TrackedPagesField } from './types.ts'

/** What a snapshot is created from. */
export interface PagesSource extends Omit<AnyPagesSnapshot, 'status'> {
  /** The error is that of a request after which the cached page may still be shown. */
  readonly isStaleOnError: boolean
  readonly hasLoaded: boolean
}

const FIELDS = [
  'status',
  'pages',
  'error',
  'isFetchingNext',
  'isFetchingPrevious',
  'hasNext',
  'hasPrevious',
] as const

/** Creates a frozen snapshot, or returns the one before if no field that is read has changed. */
export function createPagesSnapshot(
  before: AnyPagesSnapshot | undefined,
  { isStaleOnError, hasLoaded, error, ...fields }: PagesSource,
  tracked: ReadonlySet<TrackedPagesField>,
): AnyPagesSnapshot {
  const isError = error !== undefined && !isStaleOnError
  const next: AnyPagesSnapshot = {
    ...fields,
    pages: before && isSameList(before.pages, fields.pages) ? before.pages : Object.freeze(fields.pages),
    error: isError || hasLoaded ? error : undefined,
    status: isError ? 'error' : hasLoaded ? 'success' : fields.isFetching ? 'pending' : 'idle',
  }
  const isSame = before && [...FIELDS, ...tracked].every((field) => before[field] === next[field])
  return isSame ? before : Object.freeze(next)
}

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((page, index) => Object.is(page, other[index]))
