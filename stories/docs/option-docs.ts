import type {
  ErrorCode,
  HeartbeatOptions,
  Snapshot,
  WebSocketObserver,
  WebSocketOptions,
} from '@tautline/core'

// What the docs pages say of the API. The types hold each table to the code: a name that is missing here, or that is
// no longer there, does not compile.

export interface Row {
  readonly type: string
  readonly preset?: string
  readonly text: string
}

export type Table<Name extends string> = Readonly<Record<Name, Row>>

export const optionDocs = {
  enabled: { type: 'boolean', preset: 'true', text: 'False: stay idle, until open().' },
  codec: {
    type: 'Codec',
    preset: 'what the platform gives',
    text: 'What messages are: text(), json(schema?), binary(), or { decode, encode }.',
  },
  reduce: {
    type: '(accumulated, message, info) => data',
    preset: 'latest()',
    text: 'The fold that makes data. Ready-made: latest(), collect({ limit }), concat({ pick }).',
  },
  initialData: {
    type: 'Data',
    preset: 'undefined',
    text: 'What data is before the first message, and again when the destination has changed.',
  },
  select: {
    type: '(data) => part',
    preset: 'all of it',
    text: 'The part that this component shows; a change outside it renders nothing.',
  },
  retry: {
    type: 'false | { limit, delay, when }',
    preset: 'no limit, quickThenSpread()',
    text: 'When and whether to try again. delay(attempt, random) answers in ms; when(error, retryable) has the last word.',
  },
  timeout: { type: '{ connect }', preset: '10 000 ms', text: 'How long one attempt may take.' },
  heartbeat: {
    type: '{ interval, timeout, message, isReply }',
    preset: 'off',
    text: 'How the line proves that it lives; {} takes the defaults.',
  },
  pause: {
    type: '{ hidden, offline }',
    preset: 'offline: true, hidden: false',
    text: 'What holds attempts back: a hidden page (which closes the line too), a network that is gone.',
  },
  protocols: {
    type: 'string | string[] | (context) => …',
    preset: 'none',
    text: 'Subprotocols to offer, part of the identity. A function runs before every attempt; another function object alone does not reconnect.',
  },
  binaryType: {
    type: "'arraybuffer' | 'blob'",
    preset: "'arraybuffer'",
    text: 'As what binary messages come.',
  },
  outbox: {
    type: '{ messages, bytes, overflow }',
    preset: "1 000, 1 MiB, 'drop-oldest'",
    text: "Bounds of what waits while the line is down. overflow may also be 'drop-newest' or 'reject', which throws.",
  },
  highWaterMark: {
    type: 'number',
    preset: '1 048 576 bytes',
    text: 'Above so much bufferedAmount, messages wait in the outbox instead; what it has no room for goes past the mark rather than being lost, unless outbox is set.',
  },
  share: {
    type: 'boolean',
    preset: 'true',
    text: 'Hooks with the same URL, protocols and key use one connection. False: a connection of its own.',
  },
  key: {
    type: 'string',
    preset: 'none',
    text: 'Part of the identity: different keys never share. Give one for each user, such as user.id, best to the provider: the key of a hook is added to that. With a key of the hook’s own (not the provider’s) functions are not compared, so that different function objects share; with a URL function it must name the URL, such as orders. On a server two hooks share a connection only if they have a key, their own or the provider’s, and the rest of the identity is equal.',
  },
  providerKey: {
    type: 'string',
    preset: 'none',
    text: 'The key of a provider above, which sets it: it tells users apart in every hook below, beside the key of a hook, and does not bring different functions together.',
  },
  linger: {
    type: 'number',
    preset: '1 000 ms',
    text: 'How long the connection outlives its last component, so that navigation does not flap.',
  },
  notify: {
    type: "'frame' | 'microtask' | 'sync'",
    preset: "'frame'",
    text: 'When a change of data is announced; the state itself is always current.',
  },
  onOpen: { type: '({ protocol }) => void', text: 'The line is open.' },
  onMessage: { type: '(message) => void', text: 'Every message, none merged and none dropped.' },
  onClose: {
    type: '({ closeCode, reason, wasClean, error }) => void',
    text: 'A line that was open is not any more.',
  },
  onError: { type: '(error) => void', text: 'Whatever goes wrong, also what the connection survives.' },
  onRetry: { type: '({ attempt, retryAt, error }) => void', text: 'Another attempt is due.' },
  onGiveUp: { type: '({ attempts, error }) => void', text: 'No attempt is left.' },
  environment: {
    type: 'Partial<Environment>',
    preset: "the platform's",
    text: 'Clock, chance, page, network and WebSocket; read once, when the hook is created.',
  },
} satisfies Table<keyof WebSocketOptions>

export const heartbeatDocs = {
  interval: { type: 'number', preset: '25 000 ms', text: 'A ping this often.' },
  timeout: {
    type: 'number',
    preset: '10 000 ms',
    text: 'The line is replaced when nothing at all comes in for so long after a ping.',
  },
  message: { type: 'Sendable | () => Sendable', preset: "'ping'", text: 'The ping.' },
  isReply: {
    type: '(raw) => boolean',
    preset: "raw === 'pong'",
    text: 'Knows the reply, which no listener sees and from which latency is read.',
  },
} satisfies Table<keyof HeartbeatOptions>

type Command = 'send' | 'open' | 'close' | 'reconnect'
type Commands = Pick<WebSocketObserver<unknown, unknown, unknown>, Command>

export const resultDocs = {
  status: { type: "'idle' | 'connecting' | 'open' | 'backoff' | 'closed'", text: 'Where the connection is.' },
  data: { type: 'Data', text: 'What the fold has made of the messages so far.' },
  error: { type: 'Error | undefined', text: 'What keeps the line from being open, or ended it.' },
  attempt: { type: 'number', text: 'Retries since the connection was last useful; 0 on a good day.' },
  retryAt: {
    type: 'number | undefined',
    text: 'When the next attempt is due, in ms since the epoch; only in backoff.',
  },
  waitingFor: { type: "'timer' | 'online' | 'visible' | 'page'", text: 'What a backoff waits for.' },
  latency: { type: 'number | undefined', text: 'The round trip of the last answered ping, in ms.' },
  lastEventId: {
    type: 'string | undefined',
    text: 'The last event ID of a stream, to resume from; a WebSocket has none.',
  },
  cursor: {
    type: 'string | undefined',
    text: 'Where to go on from, where the protocol has such a thing; a WebSocket has none.',
  },
  closed: {
    type: '{ by, error? } | undefined',
    text: "Why it is closed for good: 'user', 'server', 'fatal', 'exhausted' or 'complete'.",
  },
  queued: { type: 'number', text: 'How many messages wait to be sent.' },
  send: {
    type: "(message) => 'sent' | 'queued' | 'dropped'",
    text: 'Sends a message, or lets it wait until the line is open.',
  },
  open: { type: '() => void', text: 'Opens what is idle or closed.' },
  close: { type: '(code?, reason?) => void', text: 'Closes the line for everybody who shares it, for good.' },
  reconnect: { type: '() => void', text: 'Dials anew, whatever the status.' },
} satisfies Table<keyof Snapshot<unknown> | keyof Commands>

export const errorDocs = {
  'bad-option': { type: 'thrown', text: 'An option has the wrong type or range.' },
  'bad-url': {
    type: 'fatal',
    text: 'The URL does not parse, or its scheme is not ws, wss, http or https. It is in detail.url.',
  },
  'bad-protocols': {
    type: 'fatal',
    text: 'The platform refuses the subprotocols: each a token, none twice.',
  },
  'bad-close': { type: 'thrown', text: 'A code outside 1000 and 3000 to 4999, or a reason over 123 bytes.' },
  unsupported: { type: 'fatal', text: 'The platform has no WebSocket, or no fetch.' },
  provider: {
    type: 'retried',
    text: 'A function for URL, headers, body or protocols threw, rejected or returned nothing; thrown is what it threw. One such as retry.when that throws is reported.',
  },
  timeout: { type: 'retried', text: 'No connection in time, or no sign of life.' },
  'connect-failed': {
    type: 'by close code',
    text: 'The line was never open: refused, or the network is down. The close reason is in detail.reason.',
  },
  closed: {
    type: 'by close code',
    text: 'The line was open and has ended; detail has closeCode and reason.',
  },
  http: {
    type: 'by status',
    text: 'A status that opens no stream, in detail.status. Retried: 408, 425, 429, 5xx, after detail.retryAfter ms at the least. 401: headers, URL and body functions are asked once more. All else is fatal.',
  },
  cors: {
    type: 'fatal',
    text: 'The server can be reached, but its answer may not be read by this page: it does not allow the origin, a header or the method. useFetch alone can tell.',
  },
  aborted: {
    type: 'rejected',
    text: 'A request of useFetch was given up, in detail.by: by abort() or a signal, or because its component went. No hook shows it.',
  },
  'content-type': {
    type: 'retried',
    text: 'The answer is no text/event-stream: a captive portal, a login page, a proxy. Fatal with POST.',
  },
  'too-large': { type: 'fatal', text: 'One event is longer than maxEventLength, in detail.limit.' },
  interrupted: {
    type: 'fatal',
    text: 'The page was put aside while a request was under way that must not be repeated by itself, such as a POST.',
  },
  decode: {
    type: 'reported',
    text: 'A message could not be decoded; detail has raw and the issues of the schema.',
  },
  encode: { type: 'thrown', text: 'A message cannot be encoded, or is of a type that cannot be sent.' },
  dropped: {
    type: 'reported',
    text: 'Messages that will never be delivered, in detail.messages; thrown by reject.',
  },
  overflow: {
    type: 'thrown',
    text: 'for await was too slow: so many messages waited that going on would have lost some.',
  },
} satisfies Table<ErrorCode>
