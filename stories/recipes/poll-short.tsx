import { json, validators } from '@tautline/core'
import { useLongPoll } from '@tautline/react'

const codec = json<{ readonly length: number }>()
const cursor = validators()

/**
 * For a server that responds at once: a request every 10 s, and one per minute while the page is
 * hidden. If nothing has changed, the server responds with 304, without a body.
 */
export function Queue() {
  const { data, status } = useLongPoll('/queue/length', {
    codec,
    cursor,
    interval: 10_000,
    pause: { hidden: 60_000 },
  })
  return (
    <p>
      {status}: {data?.length} before you
    </p>
  )
}
