import { useCallback, useEffect, useRef, useState } from 'react'
import { headlineOf } from '../../packages/demo-server/src/streams/headlines.ts'
import type { StoryServer } from '../server/story-server.ts'
import { type Arrival, seconds } from './meter.ts'
import { write } from './readers.ts'

/** Adds some texts to a log of the server, all at once. */
export async function publish(
  { url }: Pick<StoryServer, 'url'>,
  log: string,
  texts: readonly string[],
): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify(texts)
  const { ok, status } = await fetch(`${url}/poll/log/${log}`, { method: 'POST', headers, body })
  if (!ok) throw new Error(`The server refused to publish: ${status}`)
}

/** How many publications are kept to be drawn. */
const KEPT = 300

/** Publishes what it is told, and at random moments so often a second; 0 is never. */
export function usePublisher(server: StoryServer, log: string, rate: number) {
  const [published, setPublished] = useState<readonly Arrival[]>([])
  const count = useRef(0)
  const sent = useRef(Promise.resolve())
  const send = useCallback(
    (messages: number) => {
      const at = Date.now()
      const texts = Array.from({ length: messages }, () => {
        const seq = (count.current += 1)
        return write({ seq, at, text: headlineOf(seq) })
      })
      const mark = { id: count.current, at: seconds(), messages }
      setPublished((before) => [...before.slice(1 - KEPT), mark])
      // One behind the other: two requests may overtake each other.
      sent.current = sent.current.then(() => publish(server, log, texts)).catch(reportError)
    },
    [server, log],
  )
  useEffect(() => {
    if (rate === 0) return undefined
    let timer = 0
    // As chance has it: the waits between events that know nothing of each other.
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
