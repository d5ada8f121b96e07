import { type Json, type LongPollOptions, fromHeader, query, validators } from '@tautline/core'

/** The way one of the real servers is polled. */
export interface Dialect {
  readonly name: string
  /** The URL of the log, at a server that holds its responses for half a minute. */
  target(log: string): string
  /** The options that read it, as in docs/hooks/use-long-poll.md, “Five servers”. */
  readonly options: Pick<LongPollOptions<Json, Json>, 'cursor' | 'messages'>
  /** Returns the ID of a message. */
  idOf(message: Json): unknown
  /** Returns the published text of a message. */
  textOf(message: Json): string
}

export const matrix: Dialect = {
  name: 'Matrix',
  target: (log) => `/poll/matrix/sync?log=${log}&client=${log}&timeout=30000`,
  options: {
    cursor: query('since', (body) => body.next_batch),
    messages: ({ rooms }) => rooms.join['!log:demo'].timeline.events,
  },
  idOf: ({ event_id }) => event_id,
  textOf: ({ content }) => content.body,
}

export const telegram: Dialect = {
  name: 'Telegram',
  target: (log) => `/poll/telegram/getUpdates?log=${log}&client=${log}&timeout=30`,
  options: {
    cursor: query('offset', ({ result }) => result.at(-1)?.update_id + 1),
    messages: ({ result }) => result,
  },
  idOf: ({ update_id }) => update_id,
  textOf: ({ message }) => message.text,
}

/** Decodes base64 to text. */
const utf8Of = (base64: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)))

/** Each response is the whole state, which lists the published texts. */
export const consul: Dialect = {
  name: 'Consul',
  target: (log) => `/poll/consul/v1/kv/${log}?client=${log}&wait=30s`,
  options: {
    cursor: query('index', fromHeader('X-Consul-Index')),
    messages: ([{ Value }]) => JSON.parse(utf8Of(Value)).recent,
  },
  idOf: ({ seq }) => seq,
  textOf: ({ text }) => text,
}

export const couch: Dialect = {
  name: 'CouchDB',
  target: (log) => `/poll/couch/${log}/_changes?client=${log}&feed=longpoll&timeout=30000`,
  options: {
    cursor: query('since', (body) => body.last_seq),
    messages: ({ results }) => results,
  },
  idOf: ({ seq }) => seq,
  textOf: ({ doc }) => doc.text,
}

export const nchan: Dialect = {
  name: 'nchan',
  target: (log) => `/poll/nchan/${log}?client=${log}`,
  options: { cursor: validators() },
  // Its messages have no IDs.
  idOf: (text) => text,
  textOf: (text) => text,
}

export const dialects: readonly Dialect[] = [matrix, telegram, consul, couch, nchan]
