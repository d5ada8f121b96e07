import './chat.css'
import { useWebSocket } from '@tautline/react'
import { useEffect, useRef, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { addFault } from '../server/story-server.ts'
import { demoRetry } from '../server/demo-retry.ts'
import { useSocketCount } from '../server/use-socket-count.ts'
import { plural } from '../ui/plural.ts'
import { Rope } from '../ui/rope.tsx'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { inviteCompanion } from './companion.ts'
import { codec } from './conversation.ts'
import { ReactChat } from './react-chat.tsx'
import VueChat from './VueChat.vue'

const ME = 'Ada'

/** A React and a Vue component share one WebSocket. */
export function Chat() {
  const server = useServer()
  // A random room, so that the companions of two tabs do not reply to each other forever.
  const [room] = useState(() => `${server.url}/chat/${crypto.randomUUID().slice(0, 8)}`)
  const url = `${room}?name=${ME}`
  useEffect(() => inviteCompanion(room), [room])
  return (
    <Stage
      title="Chat"
      description="A React and a Vue component use the same URL, so they share one WebSocket and show the same conversation. Messages that you send while the connection is down wait in the outbox, and are sent in order after the reconnect."
    >
      <Connection url={url} />
      <div className="pair">
        <ReactChat url={url} me={ME} />
        <Vue of={VueChat} with={{ url, me: ME }} />
      </div>
    </Stage>
  )
}

/** The shared connection, with a button to cut it. */
function Connection({ url }: { readonly url: string }) {
  const server = useServer()
  const target = url.slice(server.url.length)
  const { status, queued } = useWebSocket(url, { codec, retry: demoRetry })
  const sockets = useSocketCount(target, status)
  const [isCut, setIsCut] = useState(false)
  const restore = useRef<() => Promise<unknown>>(undefined)

  async function toggle(): Promise<void> {
    setIsCut(!isCut)
    await restore.current?.()
    restore.current = undefined
    if (isCut) return
    restore.current = await addFault(server, { fault: 'refuse', match: target, count: 'always' })
    await server.control('POST', 'drop', { match: target })
  }
  useEffect(() => () => void restore.current?.(), [])

  return (
    <div className="chat-connection">
      <Rope status={status} from="React + Vue" to="server" />
      <div className="row">
        <span className="note" role="status">
          {plural(sockets, 'socket')} open at the server, {plural(queued, 'message')} queued
        </span>
        <button className="button" data-look={isCut ? 'primary' : 'danger'} onClick={() => void toggle()}>
          {isCut ? 'Restore the connection' : 'Cut the connection'}
        </button>
      </div>
    </div>
  )
}
