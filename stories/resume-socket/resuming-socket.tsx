import '../resume/resume.css'
import { useEffect, useState } from 'react'
import { Panel, Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { createLogServer } from './log-server.ts'
import { ReactReader } from './react-reader.tsx'
import VueReader from './VueReader.vue'

/** Breaks a WebSocket and swallows messages, with `resume` and without. */
export function ResumingSocket({ rate = 5 }: { readonly rate?: number }) {
  const [server] = useState(createLogServer)
  const [environment] = useState(() => ({ WebSocket: server.WebSocket }))
  const [published, setPublished] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setPublished(server.publish()), 1000 / rate)
    return () => clearInterval(timer)
  }, [server, rate])
  return (
    <Stage
      title="Resuming a WebSocket"
      description="The server numbers its messages. With resume, the client reconnects with the number of the last message, and a message that the server swallowed is found and requested again. Without it, these messages are lost."
    >
      <Panel title="Server" detail={`${published} messages published`}>
        <div className="panel-body row">
          <button type="button" className="button" onClick={server.cut}>
            Cut the connections
          </button>
          <button type="button" className="button" onClick={server.swallow}>
            Swallow a message
          </button>
        </div>
      </Panel>
      <div className="pair">
        <ReactReader title="React" environment={environment} isResumed />
        <Vue of={VueReader} with={{ title: 'Vue', environment, isResumed: true }} />
      </div>
      <div className="pair">
        <ReactReader title="React, without resume" environment={environment} isResumed={false} />
        <Vue of={VueReader} with={{ title: 'Vue, without resume', environment, isResumed: false }} />
      </div>
    </Stage>
  )
}
