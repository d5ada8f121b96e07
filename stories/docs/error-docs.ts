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
    text: 'A function for URL, headers, body, protocols or handshake threw, rejected or returned nothing (a URL function of a connection may return nothing); thrown has the value that it threw. An error in a function such as retry.when is only reported.',
  },
  timeout: { type: 'retried', text: 'The attempt took too long, or the heartbeat got no reply.' },
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
    text: 'The response is not text/event-stream, but for example a login page. Fatal with POST.',
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
  encode: { type: 'thrown', text: 'A message cannot be encoded, or is of a type that cannot be sent.' },
  dropped: {
    type: 'reported',
    text: 'Messages that will never be delivered, in error.messages: all of one tick. Thrown with overflow: reject.',
  },
  truncated: {
    type: 'by method',
    text: 'A response ended inside a line. A stream that may be repeated reconnects.',
  },
  gap: {
    type: 'reported',
    text: "Messages may be missing: the stream could not resume as usual after the message with the ID error.after. It is '' if a component joined a response whose earlier messages are not stored.",
  },
  overflow: {
    type: 'thrown',
    text: 'for await was too slow, and its message buffer is full.',
  },
} satisfies Table<ErrorCode>
