import type { PollLog, PollMessage } from '../../packages/demo-server/src/polls/poll-log.ts'

/** The parts of a poll request that a dialect reads. */
export interface PollRequest {
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly log: PollLog
}

export interface PollParameters {
  /** The number of the last message that the client has. */
  readonly from: number
  /** How long the server waits for new messages, in ms; 0: it responds at once. */
  readonly hold: number
  /** The highest number of messages in one response. */
  readonly limit?: number
}

/** Imitates the demo server's dialect of that name, as far as the stories use it. */
export interface MockDialect {
  readonly path: string
  read(request: PollRequest): PollParameters
  write(messages: readonly PollMessage[], log: PollLog, from: number): Response
}

/** The number in a cursor such as `s5_demo`. */
const numberIn = (text: string | null): number => Number(/\d+/.exec(text ?? '')?.[0] ?? 0)

/** The number of the last message that the client has after these. */
const lastSeqOf = (messages: readonly PollMessage[], from: number): number => messages.at(-1)?.seq ?? from

const matrix: MockDialect = {
  path: '/poll/matrix/sync',
  read: ({ query }) => ({
    from: numberIn(query.get('since')),
    hold: query.has('since') ? numberIn(query.get('timeout')) : 0,
  }),
  write(messages, _, from) {
    const events = messages.map(({ seq, text, at }) => ({
      event_id: `$${seq}:demo`,
      type: 'm.room.message',
      sender: '@server:demo',
      origin_server_ts: at,
      content: { msgtype: 'm.text', body: text },
    }))
    const timeline = { events, limited: false, prev_batch: `s${from}_demo` }
    const rooms = { join: { '!log:demo': { timeline } } }
    return Response.json({ next_batch: `s${lastSeqOf(messages, from)}_demo`, rooms })
  },
}

const telegram: MockDialect = {
  path: '/poll/telegram/getUpdates',
  read: ({ query }) => ({
    from: Math.max(0, numberIn(query.get('offset')) - 1),
    hold: numberIn(query.get('timeout')) * 1_000,
    limit: 100,
  }),
  write(messages) {
    const result = messages.map(({ seq, text, at }) => ({
      update_id: seq,
      message: {
        message_id: seq,
        date: Math.floor(at / 1_000),
        chat: { id: 1, type: 'private' },
        text,
      },
    }))
    return Response.json({ ok: true, result })
  },
}

/** How many messages the value of a key lists. */
const MAX_RECENT = 1_000

const base64 = (text: string): string => btoa(String.fromCodePoint(...new TextEncoder().encode(text)))

const consul: MockDialect = {
  path: '/poll/consul/v1/kv/:log',
  read: ({ query }) => ({
    from: Math.max(0, numberIn(query.get('index')) - 1),
    hold: query.has('index') ? numberIn(query.get('wait')) * 1_000 : 0,
  }),
  write(_, log) {
    const recent = log.after(log.published - MAX_RECENT, MAX_RECENT).map(({ seq, text }) => ({ seq, text }))
    const value = base64(JSON.stringify({ latest: recent.at(-1)?.text ?? null, recent }))
    const index = log.published + 1
    const entry = { LockIndex: 0, Key: 'log', Flags: 0, Value: value, CreateIndex: 1, ModifyIndex: index }
    return Response.json([entry], { headers: { 'X-Consul-Index': `${index}` } })
  },
}

const couch: MockDialect = {
  path: '/poll/couch/:log/_changes',
  read: ({ query }) => ({
    from: numberIn(query.get('since')),
    hold: query.get('feed') === 'longpoll' ? numberIn(query.get('timeout') ?? '60000') : 0,
  }),
  write(messages, log, from) {
    const last = lastSeqOf(messages, from)
    const results = messages.map(({ seq, text, at }) => {
      const [id, rev] = [`message-${seq}`, `1-${seq}`]
      return { seq: `${seq}-demo`, id, changes: [{ rev }], doc: { _id: id, _rev: rev, text, at } }
    })
    return Response.json({ results, last_seq: `${last}-demo`, pending: log.published - last })
  },
}

const nchan: MockDialect = {
  path: '/poll/nchan/:log',
  read({ headers, log }) {
    const second = Date.parse(headers.get('if-modified-since') ?? '') / 1_000
    const tag = numberIn(headers.get('if-none-match'))
    const last = log.stored.findLast(
      (message) => message.second < second || (message.second === second && message.tag <= tag),
    )
    return { from: last?.seq ?? 0, hold: 30_000, limit: 1 }
  },
  write([message]) {
    if (message === undefined) return new Response(null, { status: 408 })
    const headers = {
      'Content-Type': 'text/plain',
      'Last-Modified': new Date(message.second * 1_000).toUTCString(),
      Etag: `${message.tag}`,
    }
    return new Response(message.text, { headers })
  },
}

export const pollDialects = [matrix, telegram, consul, couch, nchan]
