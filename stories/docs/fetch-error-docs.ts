import { errorDocs } from './error-docs.ts'
import { streamErrorDocs } from './stream-option-docs.ts'

// The errors of useFetch, checked against the types.

const { decode, encode, provider, unsupported } = errorDocs

export const fetchErrorDocs = {
  http: {
    type: 'by status',
    text: 'The status is an error. The error has status, headers, body (read by its type), problem (of application/problem+json) and retryAfter. 408, 425, 429 and 5xx are retried. After a 401 the functions for headers, URL and body are called once more.',
  },
  'connect-failed': {
    ...streamErrorDocs['connect-failed'],
  },
  cors: {
    ...errorDocs.cors,
    text: 'The browser hides the response from the page: the server does not allow this origin, a header or the method.',
  },
  closed: { type: 'retried', text: 'The response broke off.' },
  timeout: {
    type: 'retried',
    text: 'No data for timeout.connect, or no complete response within timeout.request.',
  },
  'content-type': {
    type: 'final',
    text: 'The response is an unexpected HTML page, such as a login page or the index.html of a development server.',
  },
  decode: {
    ...decode,
    type: 'final',
    text: 'The response could not be decoded; the error has raw and the issues of the schema.',
  },
  encode: {
    ...encode,
    type: 'final',
    text: 'The body does not match the schema of input (error.issues says why), or cannot be sent. No request was sent.',
  },
  'too-large': { type: 'final', text: 'The response is longer than maxBodyBytes, in error.limit.' },
  aborted: {
    ...errorDocs.aborted,
    text: 'The request was aborted. error.by says by what: abort(), a signal, or an unmount. The promise rejects with it, and no hook shows it.',
  },
  provider: {
    ...provider,
    text: 'A function for URL, headers or body threw, rejected or returned nothing (a URL function may return nothing); thrown has the value that it threw.',
  },
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  unsupported,
} satisfies Partial<typeof errorDocs>
