import type { ErrorCode } from '@tautline/core'
import type { Table } from './option-docs.ts'

/** The table of error codes, of which each docs page shows its part. */
export const errorDocs = {
  'bad-option': { type: 'thrown', text: 'An option has the wrong type or range.' },
  'bad-url': {
    type: 'fatal',
    text: 'The URL does not parse, or its scheme is not ws, wss, http or https. It is in error.url.',
  },
  'bad-protocols': {
    type: 'fatal',
    text: 'The subprotocols are invalid: each must be a token, without duplicates.',
  },
  'bad-close': { type: 'thrown', text: 'A code outside 1000 and 3000 to 4999, or a reason over 123 bytes.' },
  unsupported: {
    type: 'fatal',
    text: 'The platform lacks a feature, such as WebSocket or a fetch that streams. error.feature names it.',
  },
  provider: {
    type: 'retried',
    text: 'A function for URL, headers or body threw, rejected or returned nothing (a URL function may return nothing); thrown has the value that it threw. An error in a function such as retry.when is only reported.',
  },
  timeout: { type: 'retried', text: 'The attempt took too long, or the heartbeat received nothing.' },
  'connect-failed': {
    type: 'by close code',
    text: 'The connection never opened: it was refused, or the network is down. The close reason is in error.reason.',
  },
  closed: {
    type: 'by close code',
    text: 'The connection was open and has closed. The error has closeCode and reason.',
  },
  http: {
    type: 'by status',
    text: 'The status is an error, in error.status; error.body says why. 408, 425, 429 and 5xx are retried, after at least error.retryAfter ms. After a 401 the functions for headers, URL and body are called once more. Other statuses are fatal.',
  },
  cors: {
    type: 'retried',
    text: 'The server responded, but the browser hides the response from this page: the server does not allow the origin, a header or the method. It is retried, because an error page of a proxy looks the same.',
  },
  aborted: {
    type: 'rejected',
    text: 'A request of useFetch was aborted. error.by says by what: abort(), a signal, or an unmount. No hook shows this error.',
  },
  'content-type': {
    type: 'retried',
    text: 'The response has another content type than expected. It may be a login page. Fatal with POST.',
  },
  'too-large': { type: 'fatal', text: 'One event is longer than maxEventLength, in error.limit.' },
  interrupted: {
    type: 'fatal',
    text: 'The page was frozen, or the component unmounted, during a request that must not be retried automatically, such as a POST.',
  },
  decode: {
    type: 'reported',
    text: 'A message could not be decoded; the error has raw and the issues of the schema.',
  },
  encode: {
    type: 'thrown',
    text: 'A message cannot be encoded, does not match its schema (see issues), or is of a type that cannot be sent.',
  },
  dropped: {
    type: 'reported',
    text: "Messages were dropped without being sent. error.messages has those of one tick, and error.why is overflow, destination (another URL or user), closed, or failed (the request of post(); error.thrown has its error). With overflow: 'reject' send() throws it. With acks or the key of post(), error.unconfirmed has the keys of those that may have arrived.",
  },
  truncated: {
    type: 'by method',
    text: 'A response ended inside a line. A stream that may be repeated reconnects; a POST is closed.',
  },
  gap: {
    type: 'reported',
    text: 'Messages may be missing: the stream could not resume as usual after the message with the ID error.after. It is empty if a component joined a response whose earlier messages are not stored. If isNext found the gap, error.before is the ID of the next message that arrived: load what is between them.',
  },
  overflow: {
    type: 'thrown',
    text: 'A for await loop was too slow: 200 000 messages wait for it.',
  },
} satisfies Table<ErrorCode>

/** The part of `useWebSocket`. */
export const webSocketErrorDocs = {
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  'bad-protocols': errorDocs['bad-protocols'],
  'bad-close': errorDocs['bad-close'],
  unsupported: errorDocs.unsupported,
  provider: {
    ...errorDocs.provider,
    text: 'A function for URL, protocols or handshake threw, rejected or returned nothing (a URL function may return nothing); thrown has the value that it threw. An error in a function such as retry.when is only reported.',
  },
  timeout: errorDocs.timeout,
  'connect-failed': errorDocs['connect-failed'],
  closed: errorDocs.closed,
  decode: errorDocs.decode,
  encode: errorDocs.encode,
  dropped: errorDocs.dropped,
  gap: errorDocs.gap,
  overflow: errorDocs.overflow,
} satisfies Partial<typeof errorDocs>
