import type { FetchCommands, FetchOptions, FetchOverrides, FetchSnapshot } from '@tautline/core'
import { type Table, errorDocs, optionDocs, resultDocs } from './option-docs.ts'
import { streamErrorDocs, streamOptionDocs } from './stream-option-docs.ts'

// What the page of useFetch says, held to the types as `option-docs.ts` is. What is said of the other hooks in the
// same words stands there.

const requestDocs = {
  method: {
    type: 'string',
    preset: "'GET'",
    text: 'Any but CONNECT, TRACE and TRACK. GET, HEAD, OPTIONS and QUERY only read: they are shared, and given up with their last component.',
  },
  headers: {
    ...streamOptionDocs.headers,
    text: 'A function, such as bearer(), runs before every attempt, and once more after a 401; the headers that it gives are compared. Accept is set unless it is given.',
  },
  json: { type: 'any JSON', preset: 'none', text: 'The body, sent as JSON; instead of body. Not with GET.' },
  body: {
    type: 'BodyInit | object | (context) => …',
    preset: 'none',
    text: 'Text, FormData, URLSearchParams, Blob, bytes, a plain object (sent as JSON), or a function, which alone can give a stream. Not with GET.',
  },
  query: {
    type: '{ [name]: value | list } | URLSearchParams',
    preset: 'none',
    text: 'Added to the query of the URL. null and undefined are left out, a list repeats its name.',
  },
  credentials: {
    type: "'omit' | 'same-origin' | 'include'",
    preset: "'same-origin'",
    text: 'Whether cookies are sent.',
  },
  idempotencyKey: {
    type: 'true | string | () => string',
    preset: 'none',
    text: 'With it POST and PATCH are retried too: sent as Idempotency-Key, the same for every try. True makes one up for each request.',
  },
  invalidates: {
    type: 'string[]',
    preset: 'none',
    text: 'URLs that a success makes stale, beside those that it names itself. Queries do not matter.',
  },
}

export const fetchOptionDocs = {
  ...requestDocs,
  ignoreHeaders: {
    type: 'string[]',
    preset: 'none',
    text: 'Headers that vary without saying who asks, such as a request ID. authorization, proxy-authorization and cookie only beside a key. traceparent, tracestate, baggage, x-request-id and x-correlation-id are left out in any case.',
  },
  codec: {
    type: '{ decode }',
    preset: 'by Content-Type: JSON, text, else an ArrayBuffer',
    text: 'What reads an answer: json(schema?), text(), binary(), or your own. One object outside of the component reads it once for all.',
  },
  maxAge: {
    type: 'number',
    preset: 'what Cache-Control and Expires say',
    text: 'How long an answer is fresh, in ms, whatever the server says; no-store is not kept all the same.',
  },
  staleWhileRevalidate: {
    type: 'number',
    preset: 'what the server says; without limit where it says nothing',
    text: 'How long a stale answer is shown to who comes while it is validated, in ms. Not where the server demands validation.',
  },
  keepPreviousData: {
    type: 'boolean',
    preset: 'false',
    text: 'Shows the data of the last destination until that of the new one is there, unless key or the headers that count differ; status is pending meanwhile.',
  },
  refreshInterval: {
    type: 'number',
    preset: 'none',
    text: 'From one answer to the next request, in ms, with a tenth of it more or less. Not while the page is hidden.',
  },
  refreshOnFocus: {
    type: 'boolean',
    preset: 'false',
    text: 'Asks anew when the page is seen again and the answer is stale.',
  },
  refreshOnReconnect: {
    type: 'boolean',
    preset: 'false',
    text: 'Asks anew when the network is back and the answer is stale.',
  },
  initialData: {
    type: 'Data',
    preset: 'undefined',
    text: 'An answer that is there from the start: what a server has rendered. Fresh for maxAge, and else asked for anew. Not shown after a final 401, unless a fold begins with it.',
  },
  reduce: {
    ...optionDocs.reduce,
    preset: 'the latest answer',
    text: 'The fold that makes data of the answers, such as collect() for a list that grows. info is { raw, headers }.',
  },
  select: optionDocs.select,
  enabled: {
    ...optionDocs.enabled,
    text: 'False: ask only when told to, by execute() or refetch(). What is kept is shown all the same.',
  },
  retry: {
    ...optionDocs.retry,
    preset: 'limit: 3, quickThenSpread()',
    text: 'When and whether to try again: what may be repeated, after a network error, 408, 425, 429 and 5xx. when(error, retryable) has the last word.',
  },
  timeout: {
    type: '{ connect, request }',
    preset: 'connect: 10 000 ms, with a body 60 000; request: none',
    text: 'connect: how long nothing at all may come, until the answer begins and between its parts. request: one attempt as a whole.',
  },
  pause: {
    type: '{ hidden, offline }',
    preset: 'offline: true, hidden: false',
    text: 'What holds requests back: a hidden page, a network that is gone. hidden: false given lets refreshInterval go on in a hidden page.',
  },
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same URL, method, body, credentials, headers and key share one request and one response. False: a request of its own, whose response is not kept.',
  },
  key: {
    ...optionDocs.key,
    text: 'Part of the identity, beside URL, body and headers: different keys never share. Give one for each user, such as user.id, since a page cannot see cookies. It is added to the key of the provider.',
  },
  providerKey: optionDocs.providerKey,
  cache: {
    type: 'FetchCache',
    preset: 'one for the page; on a server none',
    text: 'Where answers are kept: createFetchCache({ entries, bytes }), which has clear() and invalidate(…urls). On a server make one for each request that you answer.',
  },
  maxBytes: {
    type: 'number',
    preset: '67 108 864 bytes',
    text: 'The longest answer: an endless one cannot eat the page.',
  },
  throwOnError: {
    type: 'boolean',
    preset: 'false',
    text: 'Gives an error to the nearest error boundary (React), or to onErrorCaptured (Vue).',
  },
  notify: {
    ...optionDocs.notify,
    text: 'When what the network does is announced. What the page does itself (mutate, execute, abort) is announced at once.',
  },
  onMessage: { type: '(body) => void', text: 'An answer that brought something, whoever has asked.' },
  onError: { type: '(error) => void', text: 'The request has failed for good.' },
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  environment: {
    ...optionDocs.environment,
    text: 'Clock, chance, page, network, fetch and XMLHttpRequest; read once, when the hook is created.',
  },
} satisfies Table<keyof FetchOptions>

export const fetchOverrideDocs = {
  url: { type: 'URL', preset: 'that of the hook', text: 'Where to, this time.' },
  ...requestDocs,
  signal: { type: 'AbortSignal', preset: 'none', text: 'Gives this request up.' },
} satisfies Table<keyof FetchOverrides>

export const fetchResultDocs = {
  status: {
    type: "'idle' | 'pending' | 'success' | 'error'",
    text: 'idle: nothing was asked. pending: the first answer is awaited. success: data is an answer. error: the last request has failed for good.',
  },
  data: {
    type: 'Data | undefined',
    text: 'The answer, as codec, reduce and select make it. Stays when a refresh fails, and stays the same object where nothing has changed. Never undefined with a fold that knows its beginning; with initialData only after a final 401.',
  },
  error: {
    type: 'Error | undefined',
    text: 'Why the last request has failed. Beside success: a refresh that failed, while the old answer may stand in for it (stale-if-error).',
  },
  isFetching: {
    type: 'boolean',
    text: 'A request is under way, or waits for its retry. Quiet, as are those down to waitingFor.',
  },
  response: {
    type: '{ status, url, headers } | undefined',
    text: 'The head of the answer that brought data.',
  },
  progress: {
    type: '{ sent, received, total }',
    text: 'Of the request that is under way or was last, in bytes. Counted while somebody reads it.',
  },
  staleAt: {
    type: 'number | undefined',
    text: 'Until when the answer is fresh, in ms since the epoch.',
  },
  attempt: { type: 'number', text: 'Retries of the request that is under way.' },
  retryAt: { ...resultDocs.retryAt, text: 'When the next attempt is due, in ms since the epoch.' },
  waitingFor: { ...resultDocs.waitingFor, text: 'What the next attempt waits for.' },
  execute: {
    type: '(overrides?) => Promise<Body>',
    text: 'Asks now, whatever is kept, with these options over those of the hook. Resolves with what the codec made of the answer, and rejects with a TautlineError.',
  },
  refetch: {
    type: '() => Promise<Body>',
    text: 'Asks anew for what the hook’s own options name.',
  },
  abort: {
    type: '() => void',
    text: 'Gives the request up; others who wait for it go on. The hook shows what it did before.',
  },
  mutate: {
    type: '(update, { rollback }?) => undo',
    text: 'Changes the data at once, for all who show it; taken back when rollback rejects, or by undo().',
  },
} satisfies Table<keyof FetchSnapshot<unknown> | keyof FetchCommands<unknown, unknown>>

const { decode, provider, unsupported } = errorDocs

export const fetchErrorDocs = {
  http: {
    type: 'by status',
    text: 'An answer that is no success: detail has status, headers, body (read by its type), problem (of application/problem+json) and retryAfter. Retried: 408, 425, 429, 5xx. 401: functions for headers, URL and body are asked once more.',
  },
  'connect-failed': {
    ...streamErrorDocs['connect-failed'],
    text: 'No answer: the network is down, the name or the certificate is wrong.',
  },
  cors: {
    ...errorDocs.cors,
    text: 'The last attempt failed as if there were no answer, but the server can be reached: it does not allow this origin, a header or the method.',
  },
  closed: { type: 'retried', text: 'The answer broke off.' },
  timeout: {
    type: 'retried',
    text: 'Nothing came for timeout.connect, or no whole answer within timeout.request.',
  },
  'content-type': {
    type: 'retried',
    text: 'A page of HTML where none was asked for: a captive portal, a login page, the index.html of a development server.',
  },
  decode: {
    ...decode,
    type: 'final',
    text: 'The answer could not be read; detail has raw and the issues of the schema.',
  },
  'too-large': { type: 'final', text: 'The answer is longer than maxBytes, in detail.limit.' },
  aborted: {
    ...errorDocs.aborted,
    text: 'The promise of a request that was given up, in detail.by: by abort() or a signal, or because its component went. No hook shows it.',
  },
  provider: {
    ...provider,
    text: 'A function for URL, headers or body threw, rejected or returned nothing; thrown is what it threw.',
  },
  'bad-option': errorDocs['bad-option'],
  'bad-url': errorDocs['bad-url'],
  unsupported,
} satisfies Partial<typeof errorDocs>
