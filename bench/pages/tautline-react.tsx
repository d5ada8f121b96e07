import { useWebSocket } from '@tautline/react'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

function Live({ seat, url }: LiveProps) {
  const { data } = useWebSocket(url, { reduce: fold, initialData: 0, onMessage: () => void seat.received++ })
  seat.renders++
  seat.folded = data
  return <span>{data}</span>
}

function Idle() {
  const { status } = useWebSocket(null)
  return <span>{status}</span>
}

offerReact(Live, Idle)
