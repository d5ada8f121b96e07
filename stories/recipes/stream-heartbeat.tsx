import { collect, silence } from '@tautline/core'
import { useEventSource } from '@tautline/react'

/** The server sends a comment every 15 s. If three are missing, the connection is replaced. */
export function Alarms() {
  const { data, status } = useEventSource('/alarms', {
    reduce: collect({ limit: 50 }),
    heartbeat: silence({ timeout: 45_000 }),
  })
  return (
    <p>
      {status}: {data.length} alarms
    </p>
  )
}
