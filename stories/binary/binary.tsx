import './binary.css'
import { useState } from 'react'
import { useServer } from '../server/server-context.ts'
import { Stage } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import { ReactCanvas } from './react-canvas.tsx'
import VueCanvas from './VueCanvas.vue'

/** Sends bytes to an echo server, and compares the echo. */
export function Binary() {
  const server = useServer()
  const [url] = useState(() => `${server.url}/echo?board=${crypto.randomUUID().slice(0, 8)}`)
  return (
    <Stage
      title="Binary messages"
      description="Each stroke is sent as an ArrayBuffer of floats, and the server echoes it. The React canvas draws what you draw. The Vue canvas draws the echo, received over the same socket. Each echo is compared with the sent message, byte by byte."
    >
      <div className="canvases">
        <ReactCanvas url={url} />
        <Vue of={VueCanvas} with={{ url }} />
      </div>
    </Stage>
  )
}
