import './outbox.css'
import { useCallback, useEffect, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import OutboxPanel from './OutboxPanel.vue'

/** A name that is not local: a server on this machine would be reached while offline too. */
const CHAT = 'ws://chat.example'

/** The platform, where the name leads to the server of this story. */
const platformOf = (server: string) => ({
  WebSocket: new Proxy(WebSocket, {
    construct: (target, [url, protocols]) =>
      new target(String(url).replace(CHAT, server.replace(/^http/, 'ws')), protocols),
  }),
})

/** Sends messages while the page is offline. */
export function Outbox() {
  const server = useServer()
  const [target] = useState(() => `/echo?outbox=${crypto.randomUUID().slice(0, 8)}`)
  const [environment] = useState(() => platformOf(server.url))
  // A page cannot turn off its network. So it fires the browser's event itself, and the server drops the connection.
  const goOffline = useCallback(() => {
    dispatchEvent(new Event('offline'))
    void server.control('POST', 'drop', { match: target })
  }, [server, target])
  const goOnline = useCallback(() => dispatchEvent(new Event('online')), [])
  useEffect(() => () => void dispatchEvent(new Event('online')), [])
  return (
    <Stage
      title="Outbox while offline"
      description="Messages that you send while the connection is down wait in the outbox, and are sent in order after the reconnect. The outbox holds a limited number of messages. When it is full, it drops messages by the rule that you choose, and reports them with their content."
    >
      <Vue of={OutboxPanel} with={{ url: CHAT + target, environment, goOffline, goOnline }} />
    </Stage>
  )
}
