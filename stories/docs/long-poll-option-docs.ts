import type { LongPollOptions, LongPollSnapshot } from '@tautline/core'
import { errorDocs } from './error-docs.ts'
import { type Table, optionDocs, resultDocs } from './option-docs.ts'
import { streamErrorDocs, streamOptionDocs, streamResultDocs } from './stream-option-docs.ts'

// The API tables of useLongPoll, checked against the types. Rows that are equal for other hooks are in the other files.

export const longPollOptionDocs = {
  cursor: {
    type: 'query(…) | header(…) | bodyField(…) | validators() | { write, read }',
    preset: 'none',
    text: 'Reads the position from a response, and sends it with the next request, so that no message is skipped. Without a cursor, the server must remember what each client has received.',
  },
  initialCursor: {
    type: 'string',
    preset: 'where the server starts',
    text: 'The cursor to start from, such as one saved before a reload.',
  },
  messages: {
    type: '(body) => Iterable',
    preset: 'the body is the message',
    text: 'Gets the messages out of a response body.',
  },
  dedupeBy: {
    type: '(message) => id',
    preset: 'nothing is dropped',
    text: 'Drops repeated messages: those whose ID is among the last 10 000.',
  },
  codec: {
    type: '{ decode }',
    preset: 'by Content-Type: JSON, text, else an ArrayBuffer',
    text: 'Decodes the body of a response: json(schema?), text(), binary(), or your own. binary() gives the bytes of a body of any type.',
  },
  interval: {
    type: 'number',
    preset: 'none: the server holds the request',
    text: 'The time between two requests, in ms, which makes it short polling. It varies at random by a tenth.',
  },
  minGap: {
    type: 'number',
    preset: '1 000 ms',
    text: 'The shortest time between two requests after a response without new messages or without a new cursor. It protects a server that does not hold requests.',
  },
  method: {
    type: 'string',
    preset: "'GET'",
    text: 'Any but CONNECT, TRACE and TRACK. Polling repeats the request, whatever its method.',
  },
  headers: {
    ...streamOptionDocs.headers,
    text: 'Part of the identity: another value starts a new poll. A function runs before every request, so a new token keeps the cursor. Accept has a default.',
  },
  body: {
    type: 'BodyInit | object | (context) => …',
    preset: 'none',
    text: 'Not with GET. A plain object is sent as JSON; bodyField() writes the cursor into it.',
  },
  ignoreHeaders: streamOptionDocs.ignoreHeaders,
  credentials: streamOptionDocs.credentials,
  reduce: { ...optionDocs.reduce, text: `${optionDocs.reduce.text} info is { raw, headers }.` },
  initialData: optionDocs.initialData,
  select: optionDocs.select,
  timeout: {
    type: '{ connect, request }',
    preset: '10 000 and 90 000 ms; with interval 10 000 both',
    text: 'connect: the time limit for the first request. request: the longest time in which a request receives nothing; it must be longer than the server holds a request without sending a byte. 0 and false: no limit.',
  },
  pause: {
    type: '{ hidden, offline }',
    preset: 'offline: true, hidden: false',
    text: 'hidden: true stops polling while the page is hidden; a number is then the shortest time between two requests, in ms. offline: sends no request while the network is offline.',
  },
  maxBodyBytes: {
    type: 'number',
    preset: '8 388 608 bytes',
    text: 'The longest body. It limits the memory that a broken server can use.',
  },
  enabled: optionDocs.enabled,
  retry: optionDocs.retry,
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same URL, method, body, credentials, headers and key use one poll. False: a poll of its own.',
  },
  key: streamOptionDocs.key,
  providerKey: optionDocs.providerKey,
  closeDelay: optionDocs.closeDelay,
  notify: optionDocs.notify,
  onOpen: {
    type: '({ url, headers }) => void',
    text: 'The first response has arrived, or the server holds the first request. headers are the response headers, if there are any.',
  },
  onMessage: {
    type: '(message, info) => void',
    text: 'Called for every message that dedupeBy does not drop. info has headers, those of the response, and raw, its body.',
  },
  onClose: {
    type: '({ closeCode, reason, wasClean, error }) => void',
    text: 'The poll was open, and a request has failed (closeCode 1006), or this side has closed it (1000, without error). Not called after the component has unmounted.',
  },
  onError: optionDocs.onError,
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  environment: streamOptionDocs.environment,
} satisfies Table<keyof LongPollOptions>

export const longPollResultDocs = {
  status: {
    ...resultDocs.status,
    text: 'The state of the poll. open: the server has responded or, without interval, has held the request for a second.',
  },
  data: resultDocs.data,
  error: resultDocs.error,
  cursor: {
    type: 'string | undefined',
    text: 'The position after the last response. A component that reads it renders when it changes.',
  },
  attempt: resultDocs.attempt,
  retryAt: resultDocs.retryAt,
  waitingFor: resultDocs.waitingFor,
  closed: {
    ...resultDocs.closed,
    text: "Why the poll is closed for good: 'user', 'fatal' or 'exhausted'.",
  },
  open: resultDocs.open,
  close: streamResultDocs.close,
  reconnect: { type: '() => void', text: 'Sends a new request with the cursor, whatever the status.' },
} satisfies Table<keyof LongPollSnapshot<unknown> | 'open' | 'close' | 'reconnect'>

const { decode, provider, unsupported, overflow } = errorDocs

export const longPollErrorDocs = {
  http: {
    ...errorDocs.http,
    text: 'The status is an error, in error.status; error.body says why. 425, 429 and 5xx are retried, after at least error.retryAfter ms. After a 401 the functions for headers, URL and body are called once more. Other statuses are fatal.',
  },
  'content-type': {
    type: 'retried',
    text: 'The response is an unexpected HTML page, such as a login page.',
  },
  'connect-failed': streamErrorDocs['connect-failed'],
  cors: errorDocs.cors,
  closed: { type: 'retried', text: 'A response broke off. It is requested again with the same cursor.' },
  timeout: {
    type: 'retried',
    text: 'No response within timeout.request, or for the first request within timeout.connect.',
  },
  'too-large': { type: 'fatal', text: 'A response is longer than maxBodyBytes, in error.limit.' },
  decode: {
    ...decode,
    text: 'A response could not be decoded; the error has raw. If its cursor cannot be read either, it is requested again with the delays of retry.',
  },
  provider: {
    ...provider,
    text: 'A function for URL, headers or body, or one of the cursor, threw, rejected or returned nothing (a URL function may return nothing). No message of that response is delivered.',
  },
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  unsupported,
  overflow,
} satisfies Partial<typeof errorDocs>
