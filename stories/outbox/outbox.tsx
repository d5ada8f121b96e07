import './outbox.css'
import { useCallback, useEffect, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import OutboxPanel from './OutboxPanel.vue'

/** What is sent while the network is away. */
export function Outbox() {
  const server = useServer()
  const [target] = useState(() => `/echo?outbox=${crypto.randomUUID().slice(0, 8)}`)
  // A page cannot take its network away: it tells itself what the browser would, and the server ends the line.
  const goOffline = useCallback(() => {
    dispatchEvent(new Event('offline'))
    void server.control('POST', 'drop', { match: target })
  }, [server, target])
  const goOnline = useCallback(() => dispatchEvent(new Event('online')), [])
  useEffect(() => () => void dispatchEvent(new Event('online')), [])
  return (
    <Stage
      title="Outbox while offline"
      lead="What is sent while the line is down waits, up to a bound, and goes out in order when it is back. What does not fit is never lost in silence: it is dropped by the rule you choose, and reported with its content."
    >
      <Vue of={OutboxPanel} with={{ url: `${server.url}${target}`, goOffline, goOnline }} />
    </Stage>
  )
}
