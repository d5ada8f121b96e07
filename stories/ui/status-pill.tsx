import type { Closed, FetchStatus, Status } from '@tautline/core'

/** The status of a connection or a request, in its colour. A closed connection that ended as intended (see `by`) is grey instead of red. */
export function StatusPill(props: {
  readonly status: Status | FetchStatus
  readonly by?: Closed['by'] | undefined
}) {
  return (
    <span className="pill" data-status={props.status} data-by={props.by} data-testid="status">
      {props.status}
    </span>
  )
}
