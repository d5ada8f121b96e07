import { eventSource, longPoll, useConnection, webSocket } from '@tautline/react'

/** No option is required. The best transport is the first one. */
export function Price() {
  const { data, transport } = useConnection([
    webSocket('/prices'),
    eventSource('/prices'),
    longPoll('/prices'),
  ])
  return (
    <p>
      {typeof data === 'string' && data} (over {transport ?? 'no transport'})
    </p>
  )
}
