import { jsonFrames, pings, query, silence } from '@tautline/core'
import {
  type TransportOption,
  eventSource,
  longPoll,
  nchan,
  shortPoll,
  webSocket,
} from '@tautline/core/connection'
import { foreverFrame } from '@tautline/core/forever-frame'
import type { Live } from '@tautline/demo-server/live-client'
import type { Item } from './messages.ts'

/** The transport between the WebSocket and the polls, as the server names it. */
export type StreamName = 'event-source' | 'frame'

const poll = {
  messages: (body: { items: readonly Item[] }) => body.items,
  cursor: query('after', (body) => body.next),
  id: ({ seq }: Item) => seq,
}

/** The transports of a log of the demo server. */
export function transportsOf({ url, frameUrl }: Live, stream: StreamName): readonly TransportOption[] {
  const heartbeat = silence({ timeout: 6_000 })
  return [
    webSocket(url, {
      frames: jsonFrames({ id: 'seq' }),
      query: 'after',
      heartbeat: pings({ interval: 2_000, timeout: 2_000 }),
    }),
    stream === 'frame'
      ? foreverFrame(sameOrigin(`${frameUrl}?heartbeat=2000`), { query: 'after', heartbeat })
      : // In the query, the cursor needs no preflight request.
        eventSource(`${url}?heartbeat=2000`, { greets: true, resume: { query: 'after' }, heartbeat }),
    longPoll(`${url}?wait=10000`, poll),
    shortPoll(`${url}?wait=0`, { ...poll, interval: 1_000 }),
  ]
}

/** Storybook forwards this path to the demo server: a hidden iframe has to be of the page's own origin. */
function sameOrigin(url: string): string {
  const { port, pathname, search } = new URL(url)
  return `/demo-server/${port}${pathname}${search}`
}

/** The transports of a channel of `examples/scale-out`. */
export const transportsOfNodes = (address: string, channel: string): readonly TransportOption[] =>
  nchan(`${address}/ch/${channel}`, { poll: `${address}/poll/${channel}`, interval: 1_000 })

/** Whether a message follows directly, by its ID in a log of the demo server. */
export const isNext = (id: string, before: string): boolean => Number(id) === Number(before) + 1
