import { json } from '@tautline/core'
import { useLongPoll } from '@tautline/react'

const codec = json<{ readonly text: string }>()

/** The server holds each request until there is news. */
export function LatestNews() {
  const { data, status } = useLongPoll('/news?wait=30', { codec })
  return <p>{data?.text ?? status}</p>
}
