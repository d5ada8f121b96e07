import type { FetchCommands, FetchOptions, FetchOverrides, FetchSnapshot } from '@tautline/core'
import { type Table, optionDocs, resultDocs } from './option-docs.ts'
import { streamOptionDocs } from './stream-option-docs.ts'

// The API tables of useFetch, checked against the types. Rows that are equal for other hooks are in the other files.

const requestDocs = {
  method: {
    type: 'string',
    preset: "'GET'",
    text: 'Any but CONNECT, TRACE and TRACK. GET, HEAD, OPTIONS and QUERY are shared, and aborted when their last component unmounts.',
  },
  headers: {
    ...streamOptionDocs.headers,
    text: 'A function, such as bearer(), runs before every attempt, and once more after a 401; the returned headers are compared. Headers of a provider are sent to the origin of the page and to that of its baseUrl only. Accept is application/json, text/plain, */* by default; Rails needs application/json alone.',
  },
  json: { type: 'any JSON', preset: 'none', text: 'The body, sent as JSON; instead of body. Not with GET.' },
  body: {
    type: 'BodyInit | object | (context) => …',
    preset: 'none',
    text: 'Text, FormData, URLSearchParams, Blob, bytes, a plain object (sent as JSON), or a function. For a stream, use a function. Not with GET.',
  },
  query: {
    type: '{ [name]: value | list } | URLSearchParams',
    preset: 'none',
    text: 'Appended to the query of the URL, which stays as written. null and undefined are left out, a list repeats its name, a date is sent as ISO text. Nested objects need serializeQuery.',
  },
  serializeQuery: {
    type: '(query) => string',
    preset: 'name=value',
    text: 'Writes the query in another form, such as nested objects: (query) => qs.stringify(query).',
  },
  credentials: streamOptionDocs.credentials,
  idempotencyKey: {
    type: 'true | string | () => string',
    preset: 'none',
    text: 'Allows retries of POST and PATCH. Sent as Idempotency-Key, the same for all attempts. True creates one for each request.',
  },
  invalidates: {
    type: 'Array<string | { tags } | (response) => boolean>',
    preset: 'none',
    text: 'What else becomes stale after a success: URLs, without queries, patterns such as /users/*, tags, or functions of { url, tags }.',
  },
  upload: {
    type: 'uploadProgress()',
    preset: 'none',
    text: 'Counts how much of the body was sent, in progress.sent, if a component reads progress. XMLHttpRequest then sends the body.',
  },
}

export const fetchOptionDocs = {
  ...requestDocs,
  tags: { type: 'string[]', preset: 'none', text: 'Names for invalidates and cache.invalidate.' },
  ignoreHeaders: {
    type: 'string[]',
    preset: 'none',
    text: 'Headers that vary, but do not identify the user, such as a request ID. authorization, proxy-authorization and cookie only beside a key. traceparent, tracestate, baggage, x-request-id and x-correlation-id are left out in any case.',
  },
  codec: {
    type: '{ decode }',
    preset: 'by Content-Type: JSON, text, else an ArrayBuffer',
    text: 'Decodes a response: json(schema?), text(), binary() for the bytes of a body of any type, or your own. json(), json(schema), text() and binary() return the same codec each time. Define your own outside of the component, so that a response is decoded once for all components.',
  },
  baseUrl: {
    type: 'string | URL',
    preset: 'none',
    text: 'The address of an API. URLs that are not absolute are put below it by path: /users below https://api.example/v1 is /v1/users. Usually set in the provider, as fetch: { baseUrl }.',
  },
  input: {
    type: '{ encode }',
    preset: 'JSON of any type',
    text: 'Types json, also of execute: json<NewUser>(). With json(schema) it is validated before it is sent: if it is not valid, nothing is sent, and the hook has an error with code encode and its issues.',
  },
  emptyOn: {
    type: 'number[]',
    preset: 'none',
    text: 'Statuses such as 404 that mean “there is nothing”: data is undefined or initialData, status is success, and there is no error.',
  },
  maxAge: {
    type: 'number',
    preset: 'what Cache-Control and Expires say',
    text: 'How long a response is fresh, in ms. It replaces the lifetime from the server, but no-store is respected.',
  },
  staleWhileRevalidate: {
    type: 'number',
    preset: 'no limit',
    text: 'How long a stale response may be shown while it is revalidated, in ms. 0: not at all.',
  },
  keepPreviousData: {
    type: 'boolean',
    preset: 'false',
    text: 'After a change of the URL, shows the previous data until the new data arrives. Not if key or identifying headers differ. status is pending meanwhile.',
  },
  refetchInterval: {
    type: 'number | false | (data) => number | false',
    preset: '30 to 60 s after a network error or 5xx',
    text: 'The time from a response to the next request, in ms; 0 and false: none. It varies at random by a tenth. A function gets the data, and can stop when a job is done. Not while the page is hidden.',
  },
  refetchOnFocus: {
    type: 'boolean',
    preset: 'after a network error or 5xx',
    text: 'Refetches a stale response when the page becomes visible.',
  },
  refetchOnReconnect: {
    type: 'boolean',
    preset: 'after a network error or 5xx',
    text: 'Refetches a stale response when the network is back.',
  },
  initialData: {
    type: 'Data',
    preset: 'undefined',
    text: 'The data before the first response, such as data rendered by a server. Fresh for maxAge; without it, a request is sent at once. Not shown after a final 401, unless reduce starts with it.',
  },
  reduce: {
    ...optionDocs.reduce,
    preset: 'the latest response',
    text: 'How responses are combined into data, such as collect() for samples. For lists in pages there is useFetchPages. info is { raw, headers }.',
  },
  select: optionDocs.select,
  enabled: {
    ...optionDocs.enabled,
    text: 'False: sends a request only by execute() or refetch(). A cached response is still shown.',
  },
  retry: {
    ...optionDocs.retry,
    preset: 'limit: 2; up to 1 s, then up to 3 s',
    text: 'Whether and when to retry a request that may be repeated: after a network error, 408, 425, 429 and 5xx. when(error, retryable) makes the final decision.',
  },
  timeout: {
    type: '{ connect, request }',
    preset: 'connect: 60 000 ms, and 1 s for each 16 kB of a body; request: none',
    text: 'connect: the longest time without data, before the response and within it. request: the time limit of one attempt. 0 and false: no limit.',
  },
  pause: {
    type: '{ hidden, offline }',
    preset: 'offline: true, hidden: false',
    text: 'hidden: sends no request while the page is hidden. offline: sends no request while the network is offline. An explicit hidden: false lets refetchInterval continue in a hidden page.',
  },
  share: {
    ...optionDocs.share,
    text: 'Hooks with the same URL, method, body, credentials, headers and key share one request and one response. False: a request of its own, whose response is not cached.',
  },
  key: {
    ...optionDocs.key,
    text: 'Part of the identity, beside URL, body and headers: different keys never share. Give one for each user, such as user.id, since a page cannot see cookies. It is added to the key of the provider.',
  },
  providerKey: optionDocs.providerKey,
  providerDefaults: {
    type: '{ headers, query, baseUrl }[]',
    preset: 'none',
    text: 'Set by the provider, not by you. Its headers and query are merged with those of the hook by name; null takes one out.',
  },
  cache: {
    type: 'FetchCache',
    preset: 'one for the page; on a server none',
    text: 'The cache: createFetchCache({ entries, bytes, store }), which has clear() and invalidate(…urls). On a server create one for each incoming request.',
  },
  maxBodyBytes: {
    type: 'number',
    preset: '67 108 864 bytes',
    text: 'The longest response. It limits the memory that a broken server can use.',
  },
  throwOnError: {
    type: 'boolean',
    preset: 'false',
    text: 'Throws errors to the nearest error boundary (React) or to onErrorCaptured (Vue).',
  },
  notify: {
    ...optionDocs.notify,
    text: 'When components are notified of network events. They are notified of mutate, execute and abort at once.',
  },
  onMessage: {
    type: '(body) => void',
    text: 'Called for each response with a body, also for those that other components requested.',
  },
  onError: { type: '(error) => void', text: 'The request has failed for good.' },
  onRetry: optionDocs.onRetry,
  onGiveUp: optionDocs.onGiveUp,
  environment: {
    ...optionDocs.environment,
    text: 'Replaces platform functions: clock, random numbers, page, network, fetch and XMLHttpRequest. Read once, when the hook is created.',
  },
} satisfies Table<keyof FetchOptions>

export const fetchOverrideDocs = {
  url: { type: 'URL', preset: 'that of the hook', text: 'The URL of this request.' },
  ...requestDocs,
  signal: { type: 'AbortSignal', preset: 'none', text: 'Aborts this request.' },
} satisfies Table<keyof FetchOverrides>

export const fetchResultDocs = {
  status: {
    type: "'idle' | 'pending' | 'success' | 'error'",
    text: 'idle: no request yet. pending: waiting for the first response. success: data has a response. error: the last request has failed for good.',
  },
  data: {
    type: 'Data | undefined',
    text: 'The response, after codec, reduce and select. It stays when a refetch fails, and stays the same object if nothing has changed. Never undefined if reduce has an initial value; with initialData, undefined only after a final 401.',
  },
  error: {
    type: 'Error | undefined',
    text: 'Why the last request has failed. With status success: a refetch failed, and the stale response is shown (stale-if-error).',
  },
  isFetching: {
    type: 'boolean',
    text: 'A request is in flight, or waits for its retry. This field and those down to waitingFor render only the components that read them.',
  },
  response: {
    type: '{ status, url, headers } | undefined',
    text: 'The status and headers of the response that data comes from.',
  },
  progress: {
    type: '{ sent, received, total }',
    text: 'The progress of the current or last request, in bytes. Counted only if a component reads it, and sent only with the option upload. total is the size of the response, or undefined if it is not known; of an upload, compare sent with the size of the file.',
  },
  staleAt: {
    type: 'number | undefined',
    text: 'When the response becomes stale, in ms since the epoch.',
  },
  failure: { type: 'Error | undefined', text: 'Why the last attempt failed, while the request is retried.' },
  attempt: { type: 'number', text: 'The number of retries of the current request.' },
  retryAt: { ...resultDocs.retryAt, text: 'When the next attempt is due, in ms since the epoch.' },
  waitingFor: { ...resultDocs.waitingFor, text: 'What the next attempt waits for.' },
  execute: {
    type: '(overrides?) => Promise<Body>',
    text: 'Sends a request, without the cache. The overrides replace options of the hook. Resolves with the decoded response, and rejects with a TautlineError.',
  },
  refetch: {
    type: '() => Promise<Body>',
    text: 'Sends the request of the hook’s own options again.',
  },
  abort: {
    type: '() => void',
    text: 'Aborts the request for this hook. Other components that share it still get the response. The hook returns to its previous state.',
  },
  reset: { type: '() => void', text: 'Makes a write idle again. A write in flight continues.' },
  mutate: {
    type: '(update, { rollback }?) => undo',
    text: 'Changes the data at once, in all components. update is the new data, or a function of the data before select. Before the first response this function gets initialData or undefined; if it then returns undefined, nothing changes. The change is undone if the promise rollback rejects, or by undo(), whose field reached is the number of hooks that show it.',
  },
} satisfies Table<keyof FetchSnapshot<unknown> | keyof FetchCommands<unknown, unknown>>
