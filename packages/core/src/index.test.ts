import { expect, test } from 'vitest'
import * as eventSourceClass from './event-source-class/index.ts'
import * as eventSource from './event-source/index.ts'
import * as fetch from './fetch/index.ts'
import * as index from './index.ts'
import * as longPoll from './long-poll/index.ts'
import * as reactNative from './react-native/index.ts'
import * as testing from './testing/index.ts'
import * as webSocket from './web-socket/index.ts'

// What is here is promised; the types beside it are held by their own tests.
test.each([
  [
    '@tautline/core',
    index,
    [
      'CloseCode',
      'HttpError',
      'TautlineError',
      'bearer',
      'binary',
      'bodyField',
      'browserEnvironment',
      'collect',
      'concat',
      'count',
      'createEventSource',
      'createFetch',
      'createFetchCache',
      'createFetchPages',
      'createLongPoll',
      'createWebSocket',
      'cursor',
      'eventsOrJson',
      'exponential',
      'forgetUser',
      'fromHeader',
      'header',
      'indexedDbStore',
      'isTautlineError',
      'json',
      'jsonSequence',
      'latest',
      'linkHeader',
      'localStorageStore',
      'ndjson',
      'observeEventSource',
      'observeFetch',
      'observeFetchPages',
      'observeLongPoll',
      'observeWebSocket',
      'pageNumber',
      'pings',
      'query',
      'quickThenSpread',
      'silence',
      'text',
      'uploadProgress',
      'validators',
    ],
  ],
  [
    '@tautline/core/event-source',
    eventSource,
    ['createEventSource', 'eventsOrJson', 'jsonSequence', 'ndjson', 'observeEventSource', 'silence'],
  ],
  ['@tautline/core/event-source-class', eventSourceClass, ['EventSource']],
  [
    '@tautline/core/fetch',
    fetch,
    [
      'addProviderDefaults',
      'bearer',
      'createFetch',
      'createFetchCache',
      'createFetchPages',
      'cursor',
      'indexedDbStore',
      'linkHeader',
      'localStorageStore',
      'observeFetch',
      'observeFetchForSuspense',
      'observeFetchPages',
      'observeFetches',
      'pageNumber',
      'uploadProgress',
    ],
  ],
  [
    '@tautline/core/long-poll',
    longPoll,
    [
      'bodyField',
      'count',
      'createLongPoll',
      'fromHeader',
      'header',
      'observeLongPoll',
      'query',
      'validators',
    ],
  ],
  ['@tautline/core/web-socket', webSocket, ['createWebSocket', 'observeWebSocket', 'pings', 'silence']],
  ['@tautline/core/react-native', reactNative, ['appStateEvents', 'streamFetch']],
  [
    '@tautline/core/testing',
    testing,
    ['createFakeFetch', 'createFakeWebSocket', 'createTestEnvironment', 'createVirtualClock'],
  ],
])('%s exports exactly this', (_, entry, names) => {
  expect(Object.keys(entry).toSorted()).toEqual(names)
})

test('the WebSocket is the same by both ways in', () => {
  expect(index.createWebSocket).toBe(webSocket.createWebSocket)
  expect(index.observeWebSocket).toBe(webSocket.observeWebSocket)
})
