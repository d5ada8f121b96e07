// Functions of an application without written return types: with `declaration: true`, TypeScript has to name these types.
import { createConnection, webSocket } from '@tautline/core/connection'
import { createEventSource } from '@tautline/core/event-source'
import { createFetch, createFetchCache } from '@tautline/core/fetch'
import { createLongPoll } from '@tautline/core/long-poll'
import { appStateEvents } from '@tautline/core/react-native'
import { createTestEnvironment } from '@tautline/core/testing'
import { createWebSocket } from '@tautline/core/web-socket'
import * as react from '@tautline/react'
import * as reactConnection from '@tautline/react/connection'
import * as reactEventSource from '@tautline/react/event-source'
import * as reactFetch from '@tautline/react/fetch'
import * as reactLongPoll from '@tautline/react/long-poll'
import * as reactWebSocket from '@tautline/react/web-socket'
import * as vue from '@tautline/vue'
import * as vueConnection from '@tautline/vue/connection'
import * as vueEventSource from '@tautline/vue/event-source'
import * as vueFetch from '@tautline/vue/fetch'
import * as vueLongPoll from '@tautline/vue/long-poll'
import * as vueWebSocket from '@tautline/vue/web-socket'

export const clients = () => ({
  connection: createConnection([webSocket('/ws')]),
  eventSource: createEventSource('/events'),
  fetch: createFetch('/user'),
  cache: createFetchCache(),
  longPoll: createLongPoll('/poll'),
  webSocket: createWebSocket('/ws'),
  environment: createTestEnvironment(),
})
export { appStateEvents }

export const useReact = () => ({
  connection: react.useConnection([react.webSocket('/ws')]),
  eventSource: react.useEventSource('/events'),
  fetch: react.useFetch('/user'),
  pages: react.useFetchPages('/users'),
  several: react.useFetches([{ url: '/user' }]),
  suspended: react.useSuspenseFetch('/user'),
  longPoll: react.useLongPoll('/poll'),
  webSocket: react.useWebSocket('/ws'),
})
export const useReactParts = () => ({
  connection: reactConnection.useConnection([reactConnection.webSocket('/ws')]),
  eventSource: reactEventSource.useEventSource('/events'),
  fetch: reactFetch.useFetch('/user'),
  longPoll: reactLongPoll.useLongPoll('/poll'),
  webSocket: reactWebSocket.useWebSocket('/ws'),
})

export const useVue = () => ({
  connection: vue.useConnection([vue.webSocket('/ws')]),
  eventSource: vue.useEventSource('/events'),
  fetch: vue.useFetch('/user'),
  pages: vue.useFetchPages('/users'),
  several: vue.useFetches([{ url: '/user' }]),
  longPoll: vue.useLongPoll('/poll'),
  webSocket: vue.useWebSocket('/ws'),
})
export const useVueParts = () => ({
  connection: vueConnection.useConnection([vueConnection.webSocket('/ws')]),
  eventSource: vueEventSource.useEventSource('/events'),
  fetch: vueFetch.useFetch('/user'),
  longPoll: vueLongPoll.useLongPoll('/poll'),
  webSocket: vueWebSocket.useWebSocket('/ws'),
})
