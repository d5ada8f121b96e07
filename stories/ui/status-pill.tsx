import type { Closed, Status } from '@tautline/core'

/** The status of a connection, in its colour. A closed one that ended as it should is told apart by `by`. */
export function StatusPill(props: { readonly status: Status; readonly by?: Closed['by'] | undefined }) {
  return (
    <span className="pill" data-status={props.status} data-by={props.by} data-testid="status">
      {props.status}
    </span>
  )
}
