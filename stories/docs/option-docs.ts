import type {
  PingsOptions,
  ResumableOptions,
  SilenceOptions,
  WebSocketObserver,
  WebSocketOptions,
  WebSocketSnapshot,
} from '@tautline/core'

// The API tables of the docs pages. `satisfies` checks them against the types: a missing or unknown name does not compile.

export interface Row {
  readonly type: string
  readonly preset?: string
  readonly text: string
}

export type Table<Name extends string> = Readonly<Record<Name, Row>>

export const optionDocs = {
  enabled: { type: 'boolean', preset: 'true', text: 'False: stays idle until open().' },
  codec: {
    type: 'Codec',
    preset: 'none: text or ArrayBuffer',
    text: 'Decodes and encodes messages: text(), json(schema?), binary(), or { decode, encode }.',
  },
  reduce: {
    type: '(accumulated, message, info) => data',
    preset: 'latest()',
    text: 'How messages are combined into data. Built in: latest(), collect({ limit }), concat({ pick }).',
  },
  initialData: {
    type: 'Data',
    preset: 'undefined',
    text: 'The value of data before the first message, and again after the URL or key has changed.',
  },
  select: {
    type: '(data) => part',
    preset: 'all of it',
    text: 'The part of data that this component uses. Other changes do not render it. A part that is equal to the one before stays the same object. An exception is a select that creates a Map, a Set or an instance of a class: if an effect depends on data, give such a select as a stable function (useCallback, or defined outside of the component).',
  },
  retry: {
    type: 'false | { limit, delay, when }',
    preset: 'no limit, quickThenSpread()',
    text: 'Whether and when to retry. delay({ attempt, random, error }) returns ms; when(error, retryable) makes the final decision.',
  },
  timeout: {
    type: '{ connect }',
    preset: '10 000 ms',
    text: 'The time limit of one attempt to connect. 0 and false: none.',
  },
  heartbeat: {
    type: 'pings(…) | silence(…)',
    preset: 'off',
    text: 'Replaces a dead connection: pings() if the server replies to pings, silence() if it sends pings itself.',
  },
  pause: {
    type: '{ hidden, offline }',
    preset: 'offline: true, hidden: false',
    text: 'hidden: closes the connection while the page is hidden. offline: starts no attempt while the network is offline.',
  },
  handshake: {
    type: '{ message, isReady }',
    preset: 'none',
    text: 'The first message, such as credentials, sent before queued ones. A function runs before every attempt. With isReady(raw) the connection is open when it returns true; messages until then, and that one, are not delivered. message is part of the identity.',
  },
  resume: {
    type: 'resumable({ frames, query, isNext })',
    preset: 'none',
    text: 'Continues after the last delivered message. Part of the identity. Without it, what the server sends while the connection is down is lost.',
  },
  initialCursor: {
    type: 'string',
    preset: 'none: the server decides',
    text: 'With resume: the ID from which the first attempt continues, such as that of the last message that the page was rendered with.',
  },
  protocols: {
    type: 'string | string[] | (context) => …',
    preset: 'none',
    text: 'Subprotocols to offer, part of the identity. A function runs before every attempt; another function object alone does not reconnect.',
  },
  binaryType: {
    type: "'arraybuffer' | 'blob'",
    preset: "'arraybuffer'",
    text: 'The type of received binary messages.',
  },
  outbox: {
    type: '{ messages, bytes, overflow }',
    preset: "1 000, 1 MiB, 'drop-oldest'",
    text: "The limits of the queue for messages that cannot be sent yet. overflow may also be 'drop-newest' or 'reject', which makes send() throw.",
  },
  highWaterMark: {
    type: 'number',
    preset: '1 048 576 bytes',
    text: 'If bufferedAmount is higher, messages wait in the outbox. If the outbox is full, they are sent anyway, unless outbox is set.',
  },
  acks: {
    type: 'acknowledged({ key, isAck })',
    preset: 'none',
    text: 'The server confirms messages; those that it has not confirmed are sent again after a lost connection. key(message) returns the key of a sent message, a text or a number. isAck(raw) returns the key or keys that a received message confirms; it is then not delivered. Unconfirmed messages count in the outbox.',
  },
  share: {
    type: 'boolean',
    preset: 'true',
    text: 'Hooks with the same URL, protocols, handshake.message, resume and key use one connection. False: a connection of its own.',
  },
  key: {
    type: 'string',
    preset: 'none',
    text: 'Part of the identity: different keys never share. Give each user one, such as user.id. The best place is the provider; a hook can have its own key in addition. If a hook has its own key, its functions are not compared. So with a URL function, the key must say which URL it is, such as orders. On a server only hooks with a key, their own or the provider’s, share.',
  },
  providerKey: {
    type: 'string',
    preset: 'none',
    text: 'Set by a provider above: its key. It identifies the user in every hook below, in addition to the key of a hook, and does not make different functions equal.',
  },
  closeDelay: {
    type: 'number',
    preset: '1 000 ms',
    text: 'How long the connection stays open after the last component unmounts, so that a navigation does not reconnect.',
  },
  notify: {
    type: "'frame' | 'microtask' | 'sync'",
    preset: "'frame'",
    text: 'When components are notified of new data.',
  },
  onOpen: { type: '({ protocol, url, headers }) => void', text: 'The connection has opened.' },
  onMessage: {
    type: '(message, info) => void',
    text: 'Called for every message. info.raw is the message before decoding.',
  },
  onClose: {
    type: '({ closeCode, reason, wasClean, error }) => void',
    text: 'An open connection has closed. error is undefined if this side closed it. After close(), it is called when the server has confirmed the close, or with 1006 after 3 s. Not called after the component has unmounted: use the cleanup of an effect for that.',
  },
  onError: { type: '(error) => void', text: 'Called for every error, also if the connection stays open.' },
  onRetry: {
    type: '({ attempt, retryAt, error }) => void',
    text: 'A retry is scheduled: attempt is its number, from 1, and retryAt its time in ms since the epoch.',
  },
  onGiveUp: {
    type: '({ attempts, error }) => void',
    text: 'The retry limit is reached. attempts is the number of retries.',
  },
  onConfirmed: {
    type: '({ key, message }) => void',
    text: 'With acks: the server has confirmed a message. message is the one that send() got.',
  },
  environment: {
    type: 'Partial<Environment>',
    preset: "the platform's",
    text: 'Replaces platform functions: clock, random numbers, page, network and WebSocket. Read once, when the hook is created.',
  },
} satisfies Table<keyof WebSocketOptions>

export const resumableDocs = {
  frames: {
    type: 'Frames',
    text: 'Finds the ID of each message: jsonFrames({ id, data }), nchanFrames(), cloudEvents({ message }), or your own { read(raw), protocols, key }, whose read returns { id, data }. The codec decodes data.',
  },
  query: {
    type: 'string | (url, cursor) => void',
    text: 'The query parameter that has the ID of the last delivered message, or a function that changes the URL. Nothing is sent before the first ID.',
  },
  isNext: {
    type: '(id, before) => boolean',
    preset: 'gaps are not noticed',
    text: 'Whether a message comes right after the one before. If not, messages are missing: the hook connects again from the cursor, at once. If they are still missing, it emits the error gap, and continues.',
  },
} satisfies Table<keyof ResumableOptions>

export const pingsDocs = {
  interval: { type: 'number', preset: '25 000 ms', text: 'The time between two pings.' },
  timeout: {
    type: 'number',
    preset: '10 000 ms',
    text: 'The connection is replaced if no data arrives within this time after a ping.',
  },
  message: {
    type: 'Sendable | () => Sendable',
    preset: "'ping'",
    text: 'The message that is sent as a ping.',
  },
  isReply: {
    type: '(raw) => boolean',
    preset: "raw === 'pong'",
    text: 'Recognises the reply to a ping. It is not delivered as a message, and it measures latency.',
  },
} satisfies Table<keyof PingsOptions>

export const silenceDocs = {
  timeout: {
    type: 'number',
    preset: '45 000 ms',
    text: 'The connection is replaced if no data arrives for this time.',
  },
  reply: {
    type: '(raw) => Sendable | false | null | undefined',
    preset: 'none',
    text: 'Recognises a ping of the server, which is then not delivered. Returns the message to send back, null to send nothing, or undefined or false if it is no ping.',
  },
} satisfies Table<keyof SilenceOptions>

type Command = 'send' | 'open' | 'close' | 'reconnect'
type Commands = Pick<WebSocketObserver<unknown, unknown, unknown>, Command>

export const resultDocs = {
  status: {
    type: "'idle' | 'connecting' | 'open' | 'backoff' | 'closed'",
    text: 'The state of the connection.',
  },
  data: { type: 'Data', text: 'The messages so far, combined by reduce.' },
  error: { type: 'TautlineError | undefined', text: 'Why the connection is down.' },
  attempt: { type: 'number', text: 'The number of retries since the last working connection.' },
  retryAt: {
    type: 'number | undefined',
    text: 'When the next attempt is due, in ms since the epoch; only in backoff.',
  },
  waitingFor: { type: "'timer' | 'online' | 'visible' | 'page'", text: 'What a backoff waits for.' },
  latency: { type: 'number | undefined', text: 'The round-trip time of the last ping, in ms.' },
  closed: {
    type: '{ by, error? } | undefined',
    text: "Why the connection is closed for good: 'user', 'server', 'fatal', 'exhausted' or 'complete'.",
  },
  queued: { type: 'number', text: 'The number of messages in the outbox.' },
  unconfirmed: {
    type: 'number | undefined',
    text: 'With acks: the number of sent messages that the server has not confirmed. Undefined without acks: whether sent messages arrive is then unknown.',
  },
  cursor: {
    type: 'string | undefined',
    text: 'With resume: the ID of the last delivered message, from which the next attempt continues.',
  },
  send: {
    type: "(message, { queue }) => 'sent' | 'queued' | 'dropped'",
    text: 'Sends a message, or queues it until the connection is open. With queue: false it is sent now or dropped. sent means that the platform has taken the message, not that it has arrived: use acks for that.',
  },
  open: { type: '() => void', text: 'Opens an idle or closed connection.' },
  close: {
    type: '(code?, reason?) => void',
    text: 'Closes the connection for good, for all components that share it.',
  },
  reconnect: { type: '() => void', text: 'Starts a new attempt, whatever the status.' },
} satisfies Table<keyof WebSocketSnapshot<unknown> | keyof Commands>
