import { type Codec, type UrlOption, jsonFrames, pings } from '@tautline/core'
import { type TransportOption, eventSource, longPoll, webSocket } from '@tautline/core/connection'
import { query } from '@tautline/core/long-poll'
import { collected } from '../support/driver.ts'
import type { ConnectionOptions } from '../support/driver.ts'
import type { ConnectionPage } from '../support/page.ts'
import type { Entry } from './log-server.ts'

interface Body {
  readonly items: readonly Entry[]
  readonly next: number
}

/** A new list of three transports to the log of a user, as an inline list in each render. */
export const threeTransports = (
  user = '',
  socketUrl: UrlOption = `/ws?user=${user}`,
): readonly TransportOption[] => [
  webSocket(socketUrl, { frames: jsonFrames({ id: 'seq' }), query: 'after', heartbeat: pings() }),
  eventSource(`/sse?user=${user}`, { greets: true }),
  longPoll<Body, Entry>(`/poll?user=${user}`, {
    messages: (body) => body.items,
    cursor: query('after', (body) => body.next),
    id: ({ seq }) => seq,
  }),
]

/** Decodes the text of each message. */
const entryText: Codec<unknown, unknown> = {
  decode: (raw) => textOf(JSON.parse(asString(raw))),
  decodeValue: textOf,
  encode: String,
}

const asString = (raw: unknown): string => (typeof raw === 'string' ? raw : '')

function textOf(entry: unknown): unknown {
  return (entry as Entry).text // what the log server sends
}

/** One reducer and codec for all components, which also do not change from render to render. */
const constant = { codec: entryText, reduce: collected() }

/** The options of a component with three transports to the log server. All arguments of the hook are new ones. */
export const withThree = (page: ConnectionPage, options: ConnectionOptions = {}): ConnectionOptions => ({
  environment: page.server.log.environmentOf(page.environment),
  ...constant,
  transports: threeTransports(),
  isNext: (id, before) => Number(id) === Number(before) + 1,
  ...options,
})
