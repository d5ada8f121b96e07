import './chat.css'
import { useWebSocket } from '@tautline/react'
import { useEffect, useRef, useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { addFault } from '../server/story-server.ts'
import { useSockets } from '../server/use-sockets.ts'
import { Rope } from '../ui/rope.tsx'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { inviteCompanion } from './companion.ts'
import { codec, retry } from './conversation.ts'
import { ReactChat } from './react-chat.tsx'
import VueChat from './VueChat.vue'

const ME = 'Ada'

/** One page, two frameworks, one socket. */
export function Chat() {
  const server = useServer()
  // A room of its own, so that two tabs do not answer each other for ever.
  const [room] = useState(() => `${server.url}/chat/${crypto.randomUUID().slice(0, 8)}`)
  const url = `${room}?name=${ME}`
  useEffect(() => inviteCompanion(room), [room])
  return (
    <Stage
      title="Chat"
      lead="A React and a Vue component on one page, with the same URL. They share one socket, show the same conversation, and what is typed while the line is down waits in one outbox, in order."
    >
      <Line url={url} />
      <div className="pair">
        <ReactChat url={url} me={ME} />
        <Vue of={VueChat} with={{ url, me: ME }} />
      </div>
    </Stage>
  )
}

/** The line that both share, and what can be done to it. */
function Line({ url }: { readonly url: string }) {
  const server = useServer()
  const target = url.slice(server.url.length)
  const { status, queued } = useWebSocket(url, { codec, retry })
  const sockets = useSockets(target, status)
  const [cut, setCut] = useState(false)
  const mend = useRef<() => Promise<unknown>>(undefined)

  async function toggle(): Promise<void> {
    setCut(!cut)
    await mend.current?.()
    mend.current = undefined
    if (cut) return
    mend.current = await addFault(server, { fault: 'refuse', match: target, count: 'always' })
    await server.control('POST', 'drop', { match: target })
  }
  useEffect(() => () => void mend.current?.(), [])

  return (
    <div className="chat-line">
      <Rope status={status} from="React + Vue" to="server" />
      <div className="row">
        <span className="note" role="status">
          {sockets} {sockets === 1 ? 'socket' : 'sockets'} at the server, {queued} queued
        </span>
        <button className="button" data-look={cut ? 'primary' : 'danger'} onClick={() => void toggle()}>
          {cut ? 'Mend the line' : 'Cut the line'}
        </button>
      </div>
    </div>
  )
}
