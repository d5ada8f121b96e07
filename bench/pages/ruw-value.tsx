import { useEffect } from 'react'
// The package's default export is lost where a bundler follows Node's rules for CommonJS.
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

/** Its README: an effect on `lastMessage` gathers them. Into a ref here, where the README's state would render twice. */
function Live({ seat, url, shared }: LiveProps) {
  const { lastMessage } = useWebSocket<string>(url, {
    share: shared,
    disableJson: true,
    onMessage: () => void seat.heard++,
  })
  useEffect(() => {
    if (lastMessage) seat.folded = fold(seat.folded, lastMessage.data)
  }, [lastMessage, seat])
  seat.renders++
  return <span>{lastMessage?.data}</span>
}

function Idle() {
  const { readyState } = useWebSocket(null)
  return <span>{readyState}</span>
}

offerReact(Live, Idle)
