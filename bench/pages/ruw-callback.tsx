import { useState } from 'react'
// The package's default export is lost where a bundler follows Node's rules for CommonJS.
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

const never = () => false

/** Without `lastMessage`, which `filter` keeps from rendering: the callback folds into state. */
function Live({ seat, url, shared }: LiveProps) {
  const [folded, setFolded] = useState(0)
  useWebSocket(url, {
    share: shared,
    disableJson: true,
    filter: never,
    onMessage({ data }) {
      seat.heard++
      setFolded((before) => fold(before, data))
    },
  })
  seat.renders++
  seat.folded = folded
  return <span>{folded}</span>
}

offerReact(Live)
