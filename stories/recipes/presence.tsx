import { json, pings } from '@tautline/core'
import { useWebSocket } from '@tautline/react'

type Presence = { readonly type: 'joined' | 'left'; readonly name: string }

export function Presence() {
  const { data, status, latency } = useWebSocket('/presence', {
    codec: json<Presence>(),
    reduce: (names: readonly string[], { type, name }: Presence) =>
      type === 'joined' ? [...names, name] : names.filter((other) => other !== name),
    initialData: [],
    // If no data arrives within 5 s after a ping, the connection is replaced.
    heartbeat: pings({ interval: 15_000, timeout: 5_000 }),
  })
  return (
    <p>
      {status} {latency !== undefined && `${latency} ms`}: {data.join(', ')}
    </p>
  )
}
