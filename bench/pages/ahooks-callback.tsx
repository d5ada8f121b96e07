import { useWebSocket } from 'ahooks'
import { useState } from 'react'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

function Live({ seat, url }: LiveProps) {
  const [folded, setFolded] = useState(0)
  useWebSocket(url, {
    onMessage({ data }) {
      seat.received++
      setFolded((before) => fold(before, data))
    },
  })
  seat.renders++
  seat.folded = folded
  return <span>{folded}</span>
}

offerReact(Live)
