import './binary.css'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { ReactCanvas } from './react-canvas.tsx'
import VueCanvas from './VueCanvas.vue'

/** Bytes there and back. */
export function Binary() {
  const server = useServer()
  const [url] = useState(() => `${server.url}/echo?board=${crypto.randomUUID().slice(0, 8)}`)
  return (
    <Stage
      title="Binary"
      lead="Each stroke travels to the server as an ArrayBuffer of floats, and back. React draws what you draw; Vue draws what came back, over the same socket. Each answer is compared with what was sent, byte by byte."
    >
      <div className="boards">
        <ReactCanvas url={url} />
        <Vue of={VueCanvas} with={{ url }} />
      </div>
    </Stage>
  )
}
