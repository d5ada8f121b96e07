import { useState } from 'react'
// A bundler that follows Node's rules for CommonJS loses the default export of the package.
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket'
import { fold } from './harness.ts'
import { type LiveProps, offerReact } from './react.tsx'

const never = () => false

/** The callback reduces into state. `filter` prevents the renders for `lastMessage`. */
function Live({ seat, url, shared }: LiveProps) {
  const [folded, setFolded] = useState(0)
  useWebSocket(url, {
    share: shared,
    disableJson: true,
    filter: never,
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
