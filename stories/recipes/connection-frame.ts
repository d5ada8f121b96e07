import { createConnection, json, jsonFrames, longPoll, webSocket } from '@tautline/core'
import { foreverFrame } from '@tautline/core/forever-frame'

/** Of the page's own origin: the scripts in the iframe call a function of the page. */
export const live = createConnection(
  [
    webSocket('/live', { frames: jsonFrames({ id: 'seq' }), query: 'after' }),
    foreverFrame('/live/frame', { query: 'after' }),
    longPoll('/live'),
  ],
  { codec: json<{ readonly seq: number; readonly text: string }>() },
)
