import {
  type CommonOptions,
  type LongPollOptions,
  type WebSocketOptions,
  json,
  acknowledged,
  quickThenSpread,
  pings,
  resumable,
  silence,
} from '@tautline/core'
import {
  type PlainConnectionOptions,
  type WebSocketTransportOptions,
  longPoll,
  post,
  webSocket,
} from '@tautline/core/connection'
import type { AnyEventSourceOptions } from '@tautline/core/event-source'
import { fromHeader, query } from '@tautline/core/long-poll'
import { tokensInHeaders } from '../support/tokens.ts'

/** All options as required ones, except the environment. */
type Every<Options> = Record<Exclude<keyof Options, 'environment'>, unknown>
type Common = keyof CommonOptions<unknown, unknown>

/** All options that every hook has. */
const everyCommonOption = () =>
  ({
    enabled: true,
    reduce: (data: unknown, message: unknown) => [...(Array.isArray(data) ? data : []), message],
    initialData: [],
    select: (data: unknown) => ({ list: data }),
    retry: { limit: 9, delay: quickThenSpread(), when: () => true },
    timeout: { connect: 10_000, request: 86_400_000 },
    pause: { hidden: false, offline: true },
    share: true,
    key: undefined,
    providerKey: undefined,
    closeDelay: 1000,
    notify: 'frame',
    onOpen: () => {},
    onMessage: () => {},
    onClose: () => {},
    onError: () => {},
    onRetry: () => {},
    onGiveUp: () => {},
  }) satisfies Every<CommonOptions<unknown, unknown>>

const codec = () => ({ ...json(), decode: (raw: unknown) => raw })

/** Headers that identify one request, not a user. */
const randomHeaders = () => ({
  'X-Request-ID': Math.random().toString(36),
  traceparent: `00-${Math.random().toString(16).slice(2)}-01`,
})

/** All options of hooks over HTTP: as values, with a body, and as functions. */
function everyHttpOption(token: string) {
  const headers = { ...tokensInHeaders.as(token).headers, ...randomHeaders(), 'x-view': `${Math.random()}` }
  const common = { ignoreHeaders: ['x-view'], credentials: 'same-origin' }
  return [
    { ...common, method: 'GET', headers, body: null },
    { ...common, method: 'PUT', headers: Object.entries(headers), body: { a: [1] } },
    { ...common, method: 'PUT', headers: async () => headers, body: async () => ({ a: Math.random() }) },
    { ...common, method: 'PUT', headers, body: new Blob(['cannot be compared']) },
  ]
}

type Http = 'method' | 'headers' | 'ignoreHeaders' | 'body' | 'credentials'

/** All options of `useEventSource`. */
export const everyStreamOption = (token: string): readonly object[] =>
  everyHttpOption(token).flatMap((http) =>
    [
      { codec: codec(), events: undefined },
      { codec: undefined, events: { message: codec() } },
    ].map((reading) => ({
      ...everyCommonOption(),
      ...http,
      ...reading,
      ...({
        lastEventId: '1',
        resume: { query: 'from' },
        heartbeat: silence({ timeout: 600_000 }),
        until: () => false,
        atEnd: 'reconnect',
        maxEventLength: 1_000_000,
      } satisfies Omit<Every<AnyEventSourceOptions>, Common | Http | 'codec' | 'events' | 'format'>),
    })),
  )

/** All options of `useLongPoll`. */
export const everyPollOption = (token: string): readonly object[] =>
  everyHttpOption(token).map((http) => ({
    ...everyCommonOption(),
    ...http,
    ...({
      cursor: { ...query('since', fromHeader('x-next')) },
      initialCursor: undefined,
      codec: { decode: String },
      messages: (body: unknown) => [body],
      dedupeBy: undefined,
      interval: undefined,
      minGap: 0,
      maxBodyBytes: 1_000_000,
    } satisfies Omit<Every<LongPollOptions>, Common | Http>),
  }))

/** Frames without IDs: as values that can be compared, and as functions. */
const resumables = [
  () =>
    resumable({ frames: { key: 'whole', read: (data) => ({ data }) }, query: 'after', isNext: () => true }),
  () => resumable({ frames: { read: (data) => ({ data }) }, query: () => {} }),
]

/** All options of `useWebSocket`, with subprotocols as values and as a function. */
export const everySocketOption = (token: string): readonly object[] =>
  [[token, 'v1'], async () => [token, 'v1']].map((protocols, index) => ({
    ...everyCommonOption(),
    ...({
      codec: { ...codec(), encode: String },
      protocols,
      handshake: typeof protocols === 'function' ? { message: async () => token } : { message: token },
      resume: resumables[index]?.(),
      initialCursor: '',
      binaryType: 'arraybuffer',
      heartbeat: pings({ interval: 600_000, timeout: 600_000, message: () => 'ping', isReply: () => false }),
      outbox: { messages: 10, bytes: 1000, overflow: 'reject' },
      highWaterMark: 1_000_000,
      acks: acknowledged({ key: String, isAck: () => false }),
      onConfirmed: () => {},
    } satisfies Omit<Every<WebSocketOptions>, Common>),
  }))

/** All options of `useConnection`, and of its WebSocket and long poll. */
export const everyConnectionOption = (token: string): readonly object[] =>
  everySocketOption(token).map((options, index) => {
    const {
      protocols,
      handshake,
      binaryType,
      heartbeat: _,
      resume: __,
      ...others
    } = options as Record<string, unknown>
    const list = [
      webSocket(`/inline-${index}`, {
        ...({ protocols, handshake, binaryType } as WebSocketTransportOptions), // as above
        heartbeat: silence({ timeout: 600_000 }),
        frames: {
          key: 'whole',
          read: (raw) => ({ data: raw, id: typeof raw === 'string' ? raw : undefined }),
        },
        query: 'after',
      }),
      longPoll('/never', {
        headers: async () => randomHeaders(),
        codec: { decode: String },
        messages: () => [],
      }),
    ]
    return {
      ...others,
      transports: list,
      ...({
        codec: { ...codec(), encode: String },
        fallbackAfter: () => 600_000,
        upgrade: { after: 30_000, cap: 600_000 },
        remember: { read: () => undefined, write() {} },
        initialCursor: undefined,
        isNext: () => true,
        outbox: { messages: 10, bytes: 1000, overflow: 'reject' },
        highWaterMark: 1_000_000,
        onTransport: () => {},
        upstream: post('/never'),
        acks: acknowledged({ key: String, isAck: () => false }),
        onConfirmed: () => {},
      } satisfies Omit<Every<PlainConnectionOptions<unknown, unknown, unknown, unknown>>, Common>),
    }
  })
