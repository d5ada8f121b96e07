import type { EventSourceOptions, EventSourceSnapshot } from '@tautline/core'
import { errorDocs } from './error-docs.ts'
import { type Table, optionDocs, resultDocs } from './option-docs.ts'

// The API tables of useEventSource, checked against the types. Rows that are equal for useWebSocket are in `option-docs.ts`.

export const streamOptionDocs = {
  method: {
    type: 'string',
    preset: "'GET'",
    text: 'Any but CONNECT, TRACE and TRACK. A request that is not idempotent, such as a POST, is not retried automatically after the response has started.',
  },
  headers: {
    type: 'HeadersInit | (context) => …',
    preset: 'none',
    text: 'Part of the identity: another value replaces the connection. A function runs before every attempt, so a new token keeps it. A request that must not be retried, such as a POST, continues in both cases; another key, URL or body ends it and sends another request. Accept is set, and Last-Event-ID if there is one.',
  },
  body: {
    type: 'BodyInit | object | (context) => …',
    preset: 'none',
    text: 'Not with GET. A plain object or array is sent as JSON; for a stream, use a function.',
  },
  ignoreHeaders: {
    type: 'string[]',
    preset: 'none',
    text: 'Headers that vary, but do not identify the user, such as a request ID. authorization, proxy-authorization and cookie only beside a key. traceparent, tracestate, baggage, x-request-id and x-correlation-id are left out in any case.',
  },
  credentials: {
    type: "'omit' | 'same-origin' | 'include'",
    preset: "'same-origin'",
    text: "Part of the identity. When the browser sends cookies and stores those of the response: never, only for the page's own origin, or for every origin.",
  },
  events: {
    type: "{ [name]: Codec } | '*' | (name) => Codec",
    preset: 'none',
    text: 'A codec for each name: a message is then { event, data, id }, typed by event. Other names are not delivered. "*" delivers events of all names, read by codec. A function returns the codec of a name.',
  },
  codec: {
    type: 'Codec',
    preset: 'none: text',
    text: 'Decodes the data of unnamed events: json(schema?), or your own. With events only for "*".',
  },
  reduce: { ...optionDocs.reduce, text: `${optionDocs.reduce.text} info is { raw, event, id }.` },
  initialData: optionDocs.initialData,
  select: optionDocs.select,
  until: {
    type: '(event) => boolean | Error',
    preset: 'none',
    text: 'Returns true for the last event, such as [DONE]. That event ends the stream, and is not delivered. An Error ends the stream as failed.',
  },
  atEnd: {
    type: "'reconnect' | 'complete'",
    preset: "'reconnect' with GET without format or with until, else 'complete'",
    text: "What happens at the end of the body. 'reconnect' with POST allows the request to be repeated.",
  },
  lastEventId: {
    type: 'string',
    preset: 'from now',
    text: 'The event ID to start after, such as one saved before a reload.',
  },
  resume: {
    type: "'header' | 'query' | { query } | 'none'",
    preset: "'header'; 'query' if CORS forbids the header",
    text: 'How the last event ID is sent after a reconnect: in the header Last-Event-ID, in a query parameter (lastEventId, or your own name), or not at all.',
  },
  heartbeat: {
    type: 'silence({ timeout })',
    preset: 'off',
    text: 'Replaces a stream that sends no data, not even comments, for timeout ms (45 000 by default).',
  },
  format: {
    type: 'StreamFormat',
    preset: 'server-sent events',
    text: 'ndjson() or jsonSequence(): each line or text is a message. With { id } it resumes. eventsOrJson(): the server chooses between events and one JSON text.',
  },
  maxEventLength: {
    type: 'number',
    preset: '8 388 608 characters',
    text: 'The longest event. It limits the memory that a broken server can use.',
  },
  enabled: optionDocs.enabled,
  retry: optionDocs.retry,
  timeout: {
    ...optionDocs.timeout,
    preset: 'none, 60 000 ms with POST',
    text: 'The time limit for the response headers. Option functions have 10 000 ms.',
  },
  pause: optionDocs.pause,
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same URL, method, body, credentials, headers and key use one stream. False: a stream of its own.',
  },
  providerKey: optionDocs.providerKey,
  key: optionDocs.key,
  closeDelay: optionDocs.closeDelay,
  notify: optionDocs.notify,
  onOpen: {
    type: '({ url, headers }) => void',
    text: 'The stream has opened. url is the URL after redirects, and headers are the response headers.',
  },
  onMessage: {
    type: '(message, info) => void',
    text: 'Called for every event. info has event, id and raw, the data before decoding.',
  },
  onClose: {
    type: '({ closeCode, reason, wasClean, error }) => void',
    text: 'An open stream has ended. wasClean: the body was complete; closeCode is then 1000, else 1006. error is undefined if the stream is complete or this side closed it. Not called after the component has unmounted.',
  },
  onError: optionDocs.onError,
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  environment: {
    ...optionDocs.environment,
    text: 'Replaces platform functions: clock, random numbers, page, network and fetch. Read once, when the hook is created.',
  },
} satisfies Table<keyof EventSourceOptions>

export const streamResultDocs = {
  status: resultDocs.status,
  data: { ...resultDocs.data, text: 'The events so far, combined by reduce.' },
  error: resultDocs.error,
  lastEventId: {
    type: 'string | undefined',
    text: 'The ID of the last event, from which the stream resumes. A component that reads it renders when it changes.',
  },
  attempt: resultDocs.attempt,
  retryAt: resultDocs.retryAt,
  waitingFor: resultDocs.waitingFor,
  closed: {
    ...resultDocs.closed,
    text: "Why the stream is closed for good: 'complete' (until, 204, the end of a response), 'user', 'fatal', 'server' or 'exhausted'.",
  },
  open: resultDocs.open,
  close: {
    type: '() => void',
    text: 'Aborts the request for all components that share it. It stays closed until open() or reconnect().',
  },
  reconnect: {
    type: '() => void',
    text: 'Sends a new request, whatever the status. A GET resumes after the last event; a POST starts again.',
  },
} satisfies Table<keyof EventSourceSnapshot<unknown> | 'open' | 'close' | 'reconnect'>

const { http, interrupted, decode, unsupported, provider, timeout, overflow } = errorDocs

export const streamErrorDocs = {
  http,
  'content-type': errorDocs['content-type'],
  'too-large': errorDocs['too-large'],
  interrupted,
  'connect-failed': {
    type: 'retried',
    text: 'No response: the network is down, or the host name or certificate is wrong.',
  },
  cors: errorDocs.cors,
  closed: {
    type: 'retried',
    text: 'The stream was open and has broken off. A POST whose response has started is closed for good.',
  },
  timeout: {
    ...timeout,
    text: 'No response within timeout.connect, or no data for the timeout of silence(). With POST it closes the stream, with closed.by server.',
  },
  truncated: errorDocs.truncated,
  gap: errorDocs.gap,
  decode,
  provider,
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  unsupported,
  overflow,
} satisfies Partial<typeof errorDocs>
