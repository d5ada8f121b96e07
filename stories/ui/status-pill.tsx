import type { Status } from '@tautline/core'

/** The status of a connection, in its colour. */
export function StatusPill({ status }: { readonly status: Status }) {
  return (
    <span className="pill" data-status={status} data-testid="status">
      {status}
    </span>
  )
}
