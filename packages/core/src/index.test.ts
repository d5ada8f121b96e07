import { expect, test } from 'vitest'
import * as eventSourceClass from './event-source-class/index.ts'
import * as eventSource from './event-source/index.ts'
import * as fetch from './fetch/index.ts'
import * as index from './index.ts'
import * as longPoll from './long-poll/index.ts'
import * as reactNative from './react-native/index.ts'
import * as testing from './testing/index.ts'
import * as connection from './transports/index.ts'
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
      'acknowledged',
      'bearer',
      'binary',
      'bodyField',
      'browserEnvironment',
      'cloudEvents',
      'collect',
      'concat',
      'count',
      'createConnection',
      'createEventSource',
      'createFetch',
      'createFetchCache',
      'createFetchPages',
      'createLongPoll',
      'createWebSocket',
      'cursor',
      'eventSource',
      'eventsOrJson',
      'exponential',
      'forgetUser',
      'fromHeader',
      'header',
      'indexedDbStore',
      'isTautlineError',
      'json',
      'jsonFrames',
      'jsonSequence',
      'latest',
      'linkHeader',
      'localStorageStore',
      'longPoll',
      'nchanFrames',
      'ndjson',
      'observeConnection',
      'observeEventSource',
      'observeFetch',
      'observeFetchPages',
      'observeLongPoll',
      'observeWebSocket',
      'pageNumber',
      'pings',
      'post',
      'query',
      'quickThenSpread',
      'shortPoll',
      'silence',
      'text',
      'validators',
      'webSocket',
    ],
  ],
  [
    '@tautline/core/connection',
    connection,
    [
      'acknowledged',
      'createConnection',
      'eventSource',
      'longPoll',
      'observeConnection',
      'post',
      'shortPoll',
      'webSocket',
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
  [
    '@tautline/core/web-socket',
    webSocket,
    [
      'acknowledged',
      'cloudEvents',
      'createWebSocket',
      'jsonFrames',
      'nchanFrames',
      'observeWebSocket',
      'pings',
      'silence',
    ],
  ],
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
