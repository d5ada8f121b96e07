import { useWebSocket } from 'ahooks'
import { useEffect } from 'react'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

function Live({ seat, url }: LiveProps) {
  const { latestMessage } = useWebSocket(url, { onMessage: () => void seat.received++ })
  useEffect(() => {
    if (latestMessage) seat.folded = fold(seat.folded, latestMessage.data)
  }, [latestMessage, seat])
  seat.renders++
  return <span>{latestMessage?.data}</span>
}

function Idle() {
  const { readyState } = useWebSocket('ws://127.0.0.1/', { manual: true })
  return <span>{readyState}</span>
}

offerReact(Live, Idle)
