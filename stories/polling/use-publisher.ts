import { useCallback, useEffect, useRef, useState } from 'react'
import { headlineOf } from '../../packages/demo-server/src/streams/headlines.ts'
import type { StoryServer } from '../server/story-server.ts'
import { pageSeconds } from '../ui/page-time.ts'
import type { Arrival } from './meter.ts'
import { encodeNote } from './readers.ts'

/** Adds texts to a log of the server, with one request. */
export async function publish(
  { url }: Pick<StoryServer, 'url'>,
  log: string,
  texts: readonly string[],
): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(texts)
  const { ok, status } = await fetch(`${url}/poll/log/${log}`, { method: 'POST', headers, body })
  if (!ok) throw new Error(`The server responded to the publish request with ${status}`)
}

/** The number of publications in the drawing. */
const MAX_PUBLISHED = 300

/** Publishes messages on demand and, at an average of `rate` per second, at random moments. */
export function usePublisher(server: StoryServer, log: string, rate: number) {
  const [published, setPublished] = useState<readonly Arrival[]>([])
  const count = useRef(0)
  const sent = useRef(Promise.resolve())
  const send = useCallback(
    (messages: number) => {
      const at = Date.now()
      const texts = Array.from({ length: messages }, () => {
        const seq = (count.current += 1)
        return encodeNote({ seq, at, text: headlineOf(seq) })
      })
      const arrival = { id: count.current, at: pageSeconds(), messages }
      setPublished((before) => [...before.slice(1 - MAX_PUBLISHED), arrival])
      // One request after the other, because parallel requests may arrive in another order.
      sent.current = sent.current.then(() => publish(server, log, texts)).catch(reportError)
    },
    [server, log],
  )
  useEffect(() => {
    if (rate === 0) return undefined
    let timer = 0
    // Exponential waits, as between independent events.
    const next = (): void => {
      timer = window.setTimeout(
        () => {
          send(1)
          next()
        },
        (-Math.log(1 - Math.random()) / rate) * 1000,
      )
    }
    next()
    return () => clearTimeout(timer)
  }, [rate, send])
  return { published, send }
}
