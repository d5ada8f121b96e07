import { createConnection, json, jsonFrames, longPoll, pings, query, webSocket } from '@tautline/core'
import { foreverFrame } from '@tautline/core/forever-frame'

interface Item {
  readonly seq: number
  readonly text: string
}

/** Of the page's own origin: the scripts in the iframe call a function of the page. */
export const live = createConnection(
  [
    webSocket('/live', { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
    foreverFrame('/live/frame', { query: 'after' }),
    longPoll('/live', {
      messages: (body: { readonly items: readonly Item[] }) => body.items,
      cursor: query('after', (body) => body.next),
      id: (item) => item.seq,
    }),
  ],
  { codec: json<Item>() },
)
