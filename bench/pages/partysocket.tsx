import { useWebSocket } from 'partysocket/react'
import { useState } from 'react'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

function Live({ seat, url }: LiveProps) {
  const [folded, setFolded] = useState(0)
  useWebSocket(url, [], {
    onMessage({ data }: MessageEvent) {
      seat.received++
      setFolded((before) => fold(before, data))
    },
  })
  seat.renders++
  seat.folded = folded
  return <span>{folded}</span>
}

function Idle() {
  const { readyState } = useWebSocket('ws://127.0.0.1/', [], { enabled: false })
  return <span>{readyState}</span>
}

offerReact(Live, Idle)
