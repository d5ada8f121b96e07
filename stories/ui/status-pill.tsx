import type { Closed, FetchStatus, Status } from '@tautline/core'

/** The status of a connection or a request, in its colour. A closed one that ended as it should is told apart by `by`. */
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
