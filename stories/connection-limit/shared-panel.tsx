import { useEventSource } from '@tautline/react'
import { useState } from 'react'
import { z } from 'zod'
import { useServer } from '../server/server-context.ts'
import { useControlState } from '../server/use-control-state.ts'
import { plural } from '../ui/plural.ts'
import { Panel } from '../ui/stage.tsx'
import { Vue } from '../ui/vue.tsx'
import VueReaders from './VueReaders.vue'

/** Number of components of each framework. */
const COMPONENTS = 4

/** Components with the default options: they share one stream. */
export function SharedPanel() {
  const server = useServer()
  const [stream] = useState(() => `shared-${crypto.randomUUID().slice(0, 8)}`)
  const url = `${server.url}/news?stream=${stream}&rate=2`
  const connections = useConnectionCount(stream)
  return (
    <Panel title="Shared by default" detail="the same URL in every component">
      <div className="shared">
        <ol className="slots" aria-label="Components in React">
          {Array.from({ length: COMPONENTS }, (_, index) => (
            <Reader key={index} url={url} />
          ))}
        </ol>
        <Vue of={VueReaders} with={{ url, count: COMPONENTS }} />
      </div>
      <p className="slots-total" role="status">
        {2 * COMPONENTS} components share {plural(connections, 'connection')}
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

/** How many connections read a stream, as counted by the server. Updated once a second. */
function useConnectionCount(stream: string): number {
  const state = useControlState('state', State, 1_000)
  return state?.endpoints.news.streams[stream]?.live ?? 0
}
