import { useEventSource } from '@tautline/react'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useServer } from '../server/server-context.ts'
import { Panel } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import VueReaders from './VueReaders.vue'

/** How many components of each framework. */
const EACH = 4

/** What happens when nothing is said about sharing. */
export function SharedPanel() {
  const server = useServer()
  const [stream] = useState(() => `shared-${crypto.randomUUID().slice(0, 8)}`)
  const url = `${server.url}/news?stream=${stream}&rate=2`
  const live = useLive(stream)
  return (
    <Panel title="By default" detail="the same URL in every component">
      <div className="shared">
        <ol className="slots" aria-label="Components in React">
          {Array.from({ length: EACH }, (_, index) => (
            <Reader key={index} url={url} />
          ))}
        </ol>
        <Vue of={VueReaders} with={{ url, count: EACH }} />
      </div>
      <p className="slots-sum" role="status">
        {2 * EACH} components, {live} {live === 1 ? 'stream' : 'streams'} at the server
      </p>
    </Panel>
  )
}

function Reader({ url }: { readonly url: string }) {
  const { status } = useEventSource(url)
  return (
    <li className="slot" data-status={status}>
      React, {status}
    </li>
  )
}

const State = z.object({
  endpoints: z.object({ news: z.object({ streams: z.record(z.string(), z.object({ live: z.number() })) }) }),
})

/** How many read a stream, by the server's own count; asked once a second. */
function useLive(stream: string): number {
  const server = useServer()
  const [live, setLive] = useState(0)
  useEffect(() => {
    let current = true
    const ask = async (): Promise<void> => {
      const answer = await server.control('GET', 'state').catch(() => undefined)
      const told = State.safeParse(answer).data?.endpoints.news.streams[stream]?.live ?? 0
      if (current) setLive(told)
    }
    const timer = setInterval(() => void ask(), 1_000)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [server, stream])
  return live
}
