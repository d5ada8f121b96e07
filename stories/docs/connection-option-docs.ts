import type {
  ConnectionObserver,
  ConnectionOptions,
  ConnectionSnapshot,
  EventSourceTransportOptions,
  WebSocketTransportOptions,
} from '@tautline/core/connection'
import { errorDocs } from './error-docs.ts'
import { longPollOptionDocs } from './long-poll-option-docs.ts'
import { type Table, optionDocs, resultDocs } from './option-docs.ts'
import { streamOptionDocs } from './stream-option-docs.ts'

// The API tables of useConnection, checked against the types. Rows that are equal for other hooks are in the other files.

export const connectionOptionDocs = {
  fallbackAfter: {
    type: 'number | (handshakeTime) => number',
    preset: '4 × the last handshake, 2 000 to 4 000 ms',
    text: 'How long a transport may take until it works (see above), before the next one is tried beside it, in ms. A function gets the time of the last handshake; undefined before the first one.',
  },
  upgrade: {
    type: 'false | { after, cap }',
    preset: '{ after: 30 000, cap: 600 000 }',
    text: 'When a better transport is tried beside the active one, in ms. Each failed try doubles the time, up to cap. It begins again when the network is back or has changed, and when the page becomes visible. False: never.',
  },
  remember: {
    type: 'false | { read, write }',
    preset: 'sessionStorage, for 30 minutes',
    text: 'Where the connection remembers which transport worked, to begin with it after a reload. False: nowhere.',
  },
  initialCursor: {
    type: 'string',
    preset: 'none: the server decides',
    text: 'The ID of the message to start after, such as that of the last message that the page was rendered with.',
  },
  isNext: {
    type: '(id, before) => boolean',
    preset: 'gaps are not noticed',
    text: 'Whether a message comes right after the one before. If not, messages are missing: they are requested again, over each transport if necessary. What none of them has is the error gap.',
  },
  upstream: {
    type: 'post(url, { key, headers, always, … })',
    preset: 'none: messages wait',
    text: 'How messages are sent while the active transport only receives: by POST requests, one at a time (see Sending). A new post() in every render does not reconnect.',
  },
  acks: {
    ...optionDocs.acks,
    text: `${optionDocs.acks.text} What upstream sends is confirmed by its response.`,
  },
  codec: {
    type: 'Codec',
    preset: 'none: as it arrives',
    text: 'Decodes the messages of all transports, and encodes those that are sent: json(schema?), text(), binary(), or your own.',
  },
  reduce: { ...optionDocs.reduce, text: `${optionDocs.reduce.text} info is { raw, id, event, headers }.` },
  initialData: optionDocs.initialData,
  select: optionDocs.select,
  outbox: optionDocs.outbox,
  highWaterMark: optionDocs.highWaterMark,
  enabled: optionDocs.enabled,
  retry: {
    ...optionDocs.retry,
    text: `${optionDocs.retry.text} A retry waits only when no transport works, or after one was lost that had worked for five seconds.`,
  },
  timeout: {
    ...optionDocs.timeout,
    preset: '10 000 ms, and 4 000 more for each further transport',
    text: 'The time limit of one attempt, with all its transports. 0 and false: none.',
  },
  pause: optionDocs.pause,
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same transports, URLs, headers and key use one connection. False: a connection of its own.',
  },
  key: optionDocs.key,
  providerKey: optionDocs.providerKey,
  closeDelay: optionDocs.closeDelay,
  notify: optionDocs.notify,
  onTransport: {
    type: '({ from, to, why }) => void',
    text: "Another transport is active, and works. why is 'refused', 'slow' (not open in time), 'deaf' (open, but nothing arrived over it), 'lost', 'better' or 'gap'.",
  },
  onOpen: optionDocs.onOpen,
  onMessage: {
    type: '(message, info) => void',
    text: 'Called for every message, once, whichever transport brought it. info has raw, id, event and headers.',
  },
  onClose: optionDocs.onClose,
  onError: optionDocs.onError,
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  onConfirmed: optionDocs.onConfirmed,
  environment: optionDocs.environment,
} satisfies Table<keyof ConnectionOptions>

export const webSocketTransportDocs = {
  frames: {
    type: 'Frames',
    preset: 'none: no IDs',
    text: 'How messages carry their IDs: jsonFrames({ id, data }), nchanFrames(), cloudEvents(), or your own { read(raw) }, which returns { id, data }.',
  },
  query: {
    type: 'string',
    preset: "'cursor'",
    text: 'The query parameter that gets the cursor, since a page can set no header of a WebSocket.',
  },
  heartbeat: {
    type: 'pings(…) | silence(…)',
    preset: 'off',
    text: 'Replaces a dead connection. With pings() the server has to reply to a ping before the WebSocket is used.',
  },
  protocols: { ...optionDocs.protocols, text: 'The subprotocols to offer, after those of frames.' },
  handshake: optionDocs.handshake,
  binaryType: optionDocs.binaryType,
} satisfies Table<keyof WebSocketTransportOptions>

export const eventSourceTransportDocs = {
  greets: {
    type: 'boolean',
    preset: 'false',
    text: 'True if the server sends something at once when a stream opens, such as a comment. The stream is then used only after its first byte, so that a proxy that holds the body back is noticed.',
  },
  events: {
    type: "'*' | string[]",
    preset: "['message']",
    text: 'The types of the events to receive.',
  },
  method: { ...streamOptionDocs.method, text: 'The request is repeated, whatever its method.' },
  headers: streamOptionDocs.headers,
  ignoreHeaders: streamOptionDocs.ignoreHeaders,
  body: streamOptionDocs.body,
  credentials: streamOptionDocs.credentials,
  resume: {
    ...streamOptionDocs.resume,
    text: 'How the cursor is sent: in the header Last-Event-ID, in a query parameter, or not at all.',
  },
  heartbeat: streamOptionDocs.heartbeat,
  format: streamOptionDocs.format,
  maxEventLength: streamOptionDocs.maxEventLength,
} satisfies Table<keyof EventSourceTransportOptions>

/** What is different from `useLongPoll`. */
export const pollTransportDocs = {
  id: {
    type: '(message) => string | number',
    preset: 'the last message of a response has the cursor as its ID',
    text: 'The ID of a message. It has to be the same over all transports.',
  },
  messages: longPollOptionDocs.messages,
  cursor: longPollOptionDocs.cursor,
  codec: {
    ...longPollOptionDocs.codec,
    text: 'Decodes the body of a response, for messages and cursor. Each message is then decoded by the codec of the connection.',
  },
  interval: {
    type: 'number',
    preset: '5 000 ms',
    text: 'Of shortPoll() only: the time from one request to the next, in ms.',
  },
}

type Command = 'send' | 'open' | 'close' | 'reconnect'
type Commands = Pick<ConnectionObserver<unknown, unknown, unknown>, Command>

export const connectionResultDocs = {
  transport: {
    type: 'string | undefined',
    text: "The name of the active transport: 'web-socket', 'event-source', 'long-poll', 'short-poll' or 'forever-frame'. Undefined unless the connection is open.",
  },
  cursor: {
    type: 'string | undefined',
    text: 'The ID of the last message, from which every transport continues.',
  },
  queued: {
    type: 'number',
    text: 'The number of messages in the outbox, and of those that upstream has not sent yet.',
  },
  unconfirmed: resultDocs.unconfirmed,
  status: {
    ...resultDocs.status,
    text: 'connecting until a transport works, then open while at least one does, also while two overlap. backoff if no transport works, or after one was lost that had worked for five seconds.',
  },
  data: resultDocs.data,
  error: resultDocs.error,
  attempt: resultDocs.attempt,
  retryAt: resultDocs.retryAt,
  waitingFor: resultDocs.waitingFor,
  latency: resultDocs.latency,
  closed: resultDocs.closed,
  send: {
    type: resultDocs.send.type,
    text: 'Sends a message over the active transport or by upstream, or queues it until one of them can send. sent means that the platform has taken the message, not that it has arrived: use acks for that.',
  },
  open: resultDocs.open,
  close: resultDocs.close,
  reconnect: resultDocs.reconnect,
} satisfies Table<keyof ConnectionSnapshot<unknown> | keyof Commands>

/** The errors that are different here. */
export const connectionErrorDocs = {
  'bad-option': {
    ...errorDocs['bad-option'],
    text: 'An option has the wrong type or range. The list of transports is empty, has a value that is no transport, or has the same transport twice.',
  },
  http: {
    ...errorDocs.http,
    text: 'A transport got an error status. After a 401 the functions for URL, headers and handshake are called once more; no other transport is tried. After another status that is fatal, such as 403, the next transport is used. The rejected one is tried again after upgrade.cap, or when the network changes. If all are rejected, the connection is closed.',
  },
  gap: {
    ...errorDocs.gap,
    text: 'No transport has the messages between the IDs error.after and error.before. The stream continues: load what is missing.',
  },
  dropped: errorDocs.dropped,
  decode: errorDocs.decode,
} satisfies Partial<typeof errorDocs>
