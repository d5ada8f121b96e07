import { useEffect } from 'react'
// A bundler that follows Node's rules for CommonJS loses the default export of the package.
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

/** An effect on `lastMessage` collects messages, as in its README. It uses a ref, because the README's state would render twice. */
function Live({ seat, url, shared }: LiveProps) {
  const { lastMessage } = useWebSocket<string>(url, {
    share: shared,
    disableJson: true,
    onMessage: () => void seat.received++,
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
