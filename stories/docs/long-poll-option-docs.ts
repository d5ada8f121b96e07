import type { LongPollOptions, Snapshot } from '@tautline/core'
import { type Table, errorDocs, optionDocs, resultDocs } from './option-docs.ts'
import { streamErrorDocs, streamOptionDocs, streamResultDocs } from './stream-option-docs.ts'

// What the page of useLongPoll says, held to the types as `option-docs.ts` is. What is said of the other hooks in the
// same words stands there.

export const longPollOptionDocs = {
  cursor: {
    type: 'query(…) | header(…) | bodyField(…) | validators() | { write, read }',
    preset: 'none',
    text: 'How the server is told where to go on, so that nothing is skipped. Without one, what happens between two requests is the server’s to keep.',
  },
  initialCursor: {
    type: 'string',
    preset: 'where the server starts',
    text: 'Where to start: what a page had before it was reloaded.',
  },
  messages: {
    type: '(body) => Iterable',
    preset: 'the body is the message',
    text: 'Unpacks one answer into many messages.',
  },
  dedupe: {
    type: '(message) => id',
    preset: 'nothing is dropped',
    text: 'What a server repeats is dropped: a message whose ID is among the last 10 000.',
  },
  codec: {
    type: '{ decode }',
    preset: 'by Content-Type: JSON, text, else an ArrayBuffer',
    text: 'What reads the body of an answer: json(schema?), text(), or your own.',
  },
  interval: {
    type: 'number',
    preset: 'none: the server holds the request',
    text: 'From one request to the next, in ms: makes it short polling. A tenth of it more or less is random.',
  },
  minGap: {
    type: 'number',
    preset: '1 000 ms',
    text: 'The least time from one request to the next where the answer brought nothing new or left the cursor where it was: a server that does not hold is not hammered.',
  },
  method: {
    type: 'string',
    preset: "'GET'",
    text: 'Any but CONNECT, TRACE and TRACK. It is repeated, whatever it is: that is what polling means.',
  },
  headers: {
    ...streamOptionDocs.headers,
    text: 'Part of the identity: another value begins anew. A function runs before every request, so a new token keeps the cursor. Accept is set unless it is given.',
  },
  body: {
    type: 'BodyInit | object | (context) => …',
    preset: 'none',
    text: 'Not with GET. A plain object is sent as JSON; bodyField() writes the cursor into it.',
  },
  ignoreHeaders: streamOptionDocs.ignoreHeaders,
  withCredentials: streamOptionDocs.withCredentials,
  reduce: { ...optionDocs.reduce, text: `${optionDocs.reduce.text} info is { raw, headers }.` },
  initialData: optionDocs.initialData,
  select: optionDocs.select,
  timeout: {
    type: '{ connect, request }',
    preset: '10 000 and 90 000 ms; with interval 10 000 both',
    text: 'connect: until the first request is held or answered. request: for each one; longer than the server holds it.',
  },
  pause: {
    type: '{ hidden, offline }',
    preset: 'offline: true, hidden: false',
    text: 'What holds requests back. hidden: true stops a hidden page; a number lets it ask no more often than once in so many ms.',
  },
  maxBodySize: {
    type: 'number',
    preset: '8 388 608 bytes',
    text: 'The longest body: an endless one cannot eat the page.',
  },
  enabled: optionDocs.enabled,
  retry: optionDocs.retry,
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same URL, method, body, withCredentials, headers and key use one poll. False: a poll of its own.',
  },
  key: streamOptionDocs.key,
  providerKey: optionDocs.providerKey,
  linger: optionDocs.linger,
  notify: optionDocs.notify,
  onOpen: {
    type: '({ url, headers }) => void',
    text: 'The first answer has come, or the first request is held; headers are those of the answer, if there is one.',
  },
  onMessage: {
    type: '(message, info) => void',
    text: 'Every message, none merged and none dropped but by dedupe.',
  },
  onClose: {
    type: '({ error }) => void',
    text: 'It was open, and a request has failed, or it was closed from this side.',
  },
  onError: optionDocs.onError,
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  environment: streamOptionDocs.environment,
} satisfies Table<keyof LongPollOptions>

/** Nothing is sent, nothing is pinged, and the cursor goes by its general name. */
type NotForPolls = 'latency' | 'queued' | 'lastEventId'

export const longPollResultDocs = {
  status: {
    ...resultDocs.status,
    text: 'Where it is. open: the server has answered, or holds the request for a second already; with interval: has answered.',
  },
  data: resultDocs.data,
  error: resultDocs.error,
  cursor: {
    type: 'string | undefined',
    text: 'Where it goes on: behind the last answer that was handled. A component that reads it renders when it moves.',
  },
  attempt: resultDocs.attempt,
  retryAt: resultDocs.retryAt,
  waitingFor: resultDocs.waitingFor,
  closed: {
    ...resultDocs.closed,
    text: "Why it is closed for good: by 'user', 'fatal' or 'exhausted'.",
  },
  open: resultDocs.open,
  close: streamResultDocs.close,
  reconnect: { type: '() => void', text: 'Asks anew from the cursor, whatever the status.' },
} satisfies Table<Exclude<keyof Snapshot<unknown>, NotForPolls> | 'open' | 'close' | 'reconnect'>

const { decode, provider, unsupported, overflow } = errorDocs

export const longPollErrorDocs = {
  http: {
    ...errorDocs.http,
    text: 'A refusal, in detail.status. Retried: 425, 429, 5xx, after detail.retryAfter ms at the least. 401: functions for headers, URL and body are asked once more. All else is fatal.',
  },
  'content-type': {
    type: 'retried',
    text: 'A page of HTML where none was asked for: a captive portal, a login page.',
  },
  'connect-failed': streamErrorDocs['connect-failed'],
  closed: { type: 'retried', text: 'An answer broke off. It is asked for again, from the same place.' },
  timeout: {
    type: 'retried',
    text: 'No answer within timeout.request, or neither answer nor hold within timeout.connect.',
  },
  'too-large': { type: 'fatal', text: 'An answer is longer than maxBodySize, in detail.limit.' },
  decode: {
    ...decode,
    text: 'An answer could not be read; detail has raw. Where its cursor cannot be read either, it is asked for again at the pace of retry.',
  },
  provider: {
    ...provider,
    text: 'A function for URL, headers or body, or one of the cursor, threw, rejected or returned nothing. Nothing of that answer is delivered.',
  },
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  unsupported,
  overflow,
} satisfies Partial<typeof errorDocs>
