import type { EventSourceOptions, Snapshot } from '@tautline/core'
import { type Table, errorDocs, optionDocs, resultDocs } from './option-docs.ts'

// What the page of useEventSource says, held to the types as `option-docs.ts` is. What is said of WebSockets in the same
// words stands there.

export const streamOptionDocs = {
  method: {
    type: 'string',
    preset: "'GET'",
    text: 'Any but CONNECT, TRACE and TRACK. What is not idempotent, such as POST, is not repeated by itself once it has answered.',
  },
  headers: {
    type: 'HeadersInit | (context) => …',
    preset: 'none',
    text: 'Part of the identity: another value replaces the connection. A function runs before every attempt, so a new token keeps it. What must not be repeated, such as a POST, goes on in both cases; another key, URL or body ends it and sends another request. Accept is set, and Last-Event-ID where there is one.',
  },
  body: {
    type: 'BodyInit | object | (context) => …',
    preset: 'none',
    text: 'Not with GET. A plain object or array is sent as JSON; a stream can only be given by a function.',
  },
  ignoreHeaders: {
    type: 'string[]',
    preset: 'none',
    text: 'Headers that vary without saying who asks, such as a request ID. authorization, proxy-authorization and cookie only beside a key. traceparent, tracestate, baggage, x-request-id and x-correlation-id are left out in any case.',
  },
  withCredentials: { type: 'boolean', preset: 'false', text: 'True sends cookies to other origins too.' },
  events: {
    type: '{ [name]: Codec }',
    preset: 'none',
    text: 'A codec for each name: a message is then { event, data, id }, typed by event. Other names are not delivered.',
  },
  codec: {
    type: 'Codec',
    preset: 'the text as it is',
    text: 'What reads the data of events without a name: json(schema?), or your own. Not beside events.',
  },
  reduce: { ...optionDocs.reduce, text: `${optionDocs.reduce.text} info is { raw, event, id }.` },
  initialData: optionDocs.initialData,
  select: optionDocs.select,
  until: {
    type: '(event) => boolean',
    preset: 'none',
    text: 'True for the event by which the server says that no more comes, such as [DONE]: it ends the stream, and is not delivered.',
  },
  onEnd: {
    type: "'reconnect' | 'complete'",
    preset: "'reconnect' with GET, else 'complete'",
    text: "What the end of the body means: a cut, or the end. 'reconnect' with POST says that it may be repeated.",
  },
  lastEventId: {
    type: 'string',
    preset: 'from now',
    text: 'Where to start: what a page had before it was reloaded.',
  },
  resume: {
    type: "'header' | 'query' | { query }",
    preset: "'header'",
    text: 'How the server is told where to go on: Last-Event-ID, or a query parameter (lastEventId, or the name that is given).',
  },
  heartbeat: {
    type: 'false | { timeout }',
    preset: 'off',
    text: 'Replaces a stream that says nothing, comments included, for timeout ms. {} takes 45 000.',
  },
  maxEventLength: {
    type: 'number',
    preset: '8 388 608 characters',
    text: 'The longest event: an endless line cannot eat the page.',
  },
  enabled: optionDocs.enabled,
  retry: optionDocs.retry,
  timeout: {
    ...optionDocs.timeout,
    preset: '10 000 ms, 60 000 with POST',
    text: 'How long the head of the answer may take.',
  },
  pause: optionDocs.pause,
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same URL, method, body, withCredentials, headers and key use one stream. False: a stream of its own.',
  },
  providerKey: optionDocs.providerKey,
  key: optionDocs.key,
  linger: optionDocs.linger,
  notify: optionDocs.notify,
  onOpen: {
    type: '({ url, headers }) => void',
    text: 'The stream is open; url is where redirects led, headers are those of the answer.',
  },
  onMessage: { type: '(message, info) => void', text: 'Every event, none merged and none dropped.' },
  onClose: {
    type: '({ wasClean, error }) => void',
    text: 'A stream that was open is not any more; wasClean: the body ended in order.',
  },
  onError: optionDocs.onError,
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  environment: {
    ...optionDocs.environment,
    text: 'Clock, chance, page, network and fetch; read once, when the hook is created.',
  },
} satisfies Table<keyof EventSourceOptions>

/** A stream has no way back, and so nothing that waits to be sent; its cursor is the last event ID. */
type NotForStreams = 'latency' | 'queued' | 'cursor'

export const streamResultDocs = {
  status: resultDocs.status,
  data: { ...resultDocs.data, text: 'What the fold has made of the events so far.' },
  error: resultDocs.error,
  lastEventId: {
    type: 'string | undefined',
    text: 'Behind which event the stream goes on. A component that reads it renders when it moves.',
  },
  attempt: resultDocs.attempt,
  retryAt: resultDocs.retryAt,
  waitingFor: resultDocs.waitingFor,
  closed: {
    ...resultDocs.closed,
    text: "Why it is closed for good: by 'complete' (until, 204, the end of an answer), 'user', 'fatal', 'server' or 'exhausted'.",
  },
  open: resultDocs.open,
  close: {
    type: '() => void',
    text: 'Aborts the request, for everybody who shares it, for good: until open() or reconnect().',
  },
  reconnect: {
    type: '() => void',
    text: 'Asks anew, whatever the status. With GET it goes on where it was; with POST the answer begins anew.',
  },
} satisfies Table<Exclude<keyof Snapshot<unknown>, NotForStreams> | 'open' | 'close' | 'reconnect'>

const { http, interrupted, decode, unsupported, provider, timeout, overflow } = errorDocs

export const streamErrorDocs = {
  http,
  'content-type': errorDocs['content-type'],
  'too-large': errorDocs['too-large'],
  interrupted,
  'connect-failed': {
    type: 'retried',
    text: 'No answer: the network is down, the certificate is wrong, or CORS forbids it. A page is not told which.',
  },
  closed: {
    type: 'retried',
    text: 'The stream was open and has ended. After a POST that has answered: closed for good.',
  },
  timeout: {
    ...timeout,
    text: 'No answer within timeout.connect, or silence for heartbeat.timeout. Fatal with POST.',
  },
  decode,
  provider,
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  unsupported,
  overflow,
} satisfies Partial<typeof errorDocs>
