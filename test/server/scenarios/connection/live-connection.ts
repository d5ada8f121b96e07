import {
  type ConnectionOptions,
  type TransportOption,
  eventSource,
  json,
  jsonFrames,
  longPoll,
  pings,
  query,
  shortPoll,
  silence,
  webSocket,
} from '@tautline/core'
import { type Live, createLive } from '@tautline/demo-server/live-client'

export interface Item {
  readonly seq: number
}

/** A live log, and the list of the transports to it, created anew by each call. */
export interface LiveTransports {
  readonly live: Live
  readonly createTransports: () => readonly TransportOption[]
}

/** What a client or a component passes to its connection. */
export type LiveOptions = ConnectionOptions<Item, object>

/** The options of a long or short poll of a live log. */
export const pollOptions = {
  messages: (body: { readonly items: Item[] }) => body.items,
  cursor: query('after', (body) => body.next),
  id: ({ seq }: Item) => seq,
}

/** The URL of a WebSocket that opens late, so that another transport delivers the same messages meanwhile. */
export const lateSocket = ({ url }: Live): string => `${url}?fault=delay&fault-ms=40`

let logs = 0

/** Creates a live log with four transports. Times are short, so that a broken network is left soon. */
export function createLiveTransports(server: string): LiveTransports {
  const live = createLive(server, `networks-${Date.now()}-${Math.random()}-${(logs += 1)}`)
  const createTransports = (): readonly TransportOption[] => [
    webSocket(lateSocket(live), {
      frames: jsonFrames({ id: 'seq' }),
      query: 'after',
      heartbeat: pings({ interval: 400, timeout: 1_000 }),
    }),
    eventSource(`${live.url}?heartbeat=300`, {
      greets: true,
      heartbeat: silence({ timeout: 1_500 }),
    }),
    longPoll(`${live.url}?wait=5000`, pollOptions),
    shortPoll(`${live.url}?wait=0`, { ...pollOptions, interval: 100 }),
  ]
  return { live, createTransports }
}

export const liveOptions = {
  codec: json<Item, object>(),
  initialCursor: '0',
  fallbackAfter: 400,
  upgrade: { after: 400, cap: 800 },
  remember: false,
  closeDelay: 0,
  retry: { delay: () => 100 },
} as const satisfies LiveOptions

/** The numbers after `before`, up to `last`. */
export const numbers = (last: number, before = 0): readonly number[] =>
  Array.from({ length: last - before }, (_, index) => before + index + 1)
