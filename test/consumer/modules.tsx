// A user's program with all hooks, as ES modules: it type-checks, renders on a server, and opens no connection.
import { expect, globalsBefore, opened } from './opened.js'
import * as core from '@tautline/core'
import { createConnection } from '@tautline/core/connection'
import { createEventSource } from '@tautline/core/event-source'
import { EventSource } from '@tautline/core/event-source-class'
import { createFetch, createFetchPages } from '@tautline/core/fetch'
import { createLongPoll } from '@tautline/core/long-poll'
import { createWebSocket } from '@tautline/core/web-socket'
import {
  eventSource,
  useConnection,
  useEventSource,
  useFetch,
  useLongPoll,
  useWebSocket,
  webSocket,
} from '@tautline/react'
import { useConnection as useConnectionPath, webSocket as webSocketPath } from '@tautline/react/connection'
import { useEventSource as useEventSourcePath } from '@tautline/react/event-source'
import { useFetch as useFetchPath } from '@tautline/react/fetch'
import { useLongPoll as useLongPollPath } from '@tautline/react/long-poll'
import { useWebSocket as useWebSocketPath } from '@tautline/react/web-socket'
import {
  useConnection as useVueConnection,
  useEventSource as useVueEventSource,
  useFetch as useVueFetch,
  useLongPoll as useVueLongPoll,
  useWebSocket as useVueWebSocket,
} from '@tautline/vue'
import { useConnection as useVueConnectionPath } from '@tautline/vue/connection'
import { useEventSource as useVueEventSourcePath } from '@tautline/vue/event-source'
import { useFetch as useVueFetchPath } from '@tautline/vue/fetch'
import { useLongPoll as useVueLongPollPath } from '@tautline/vue/long-poll'
import { useWebSocket as useVueWebSocketPath } from '@tautline/vue/web-socket'
import { renderToString as renderReact } from 'react-dom/server'
import { createSSRApp, defineComponent, h } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'

const URL = 'wss://example.test/chat'

expect(
  Object.getOwnPropertyNames(globalThis).filter(
    (name) => !globalsBefore.includes(name) && !name.startsWith('__VUE'),
  ),
  [],
)
expect(useWebSocket === useWebSocketPath, true)
expect(useVueWebSocket === useVueWebSocketPath, true)
expect(core.createWebSocket === createWebSocket, true)
expect(useConnection === useConnectionPath, true)
expect(webSocket === webSocketPath, true)
expect(core.webSocket === webSocket, true)
expect(useVueConnection === useVueConnectionPath, true)
expect(core.createConnection === createConnection, true)
expect(useEventSource === useEventSourcePath, true)
expect(useVueEventSource === useVueEventSourcePath, true)
expect(core.createEventSource === createEventSource, true)
expect(useFetch === useFetchPath, true)
expect(useVueFetch === useVueFetchPath, true)
expect(core.createFetch === createFetch, true)
expect(core.createFetchPages === createFetchPages, true)
expect(useLongPoll === useLongPollPath, true)
expect(useVueLongPoll === useVueLongPollPath, true)
expect(core.createLongPoll === createLongPoll, true)

function Chat() {
  const { status, send } = useWebSocket(URL)
  return <button onClick={() => send('hello')}>{status}</button>
}
expect(renderReact(<Chat />), '<button>connecting</button>')

function Live() {
  const { data, status, transport } = useConnection(
    [webSocket(URL), eventSource('https://example.test/live')],
    {
      codec: core.json<number>(),
      reduce: core.collect(),
    },
  )
  return `${status} ${data.length satisfies number} ${transport ?? 'none'}`
}
expect(renderReact(<Live />), 'connecting 0 none')

function Prices() {
  const { data, status } = useEventSource('https://example.test/prices', {
    events: { price: core.json<number>(), halt: core.text() },
    reduce: (total: number, message) => total + (message.event === 'price' ? message.data : 0),
    initialData: 7,
  })
  return `${status} ${data satisfies number}`
}
expect(renderReact(<Prices />), 'connecting 7')

function Changes() {
  const { data, status, cursor } = useLongPoll('https://example.test/_changes', {
    codec: core.json<{ results: { id: string }[]; last_seq: number }>(),
    messages: ({ results }) => results,
    cursor: core.query('since', (body) => body.last_seq),
    reduce: (ids: readonly string[], { id }) => [...ids, id],
    initialData: ['none'],
  })
  return `${status} ${data[0] satisfies string | undefined} ${cursor ?? 'anywhere'}`
}
expect(renderReact(<Changes />), 'connecting none anywhere')

function User() {
  const { data, status, execute } = useFetch('https://example.test/user', {
    codec: core.json<{ name: string }>(),
    select: ({ name }) => name,
    initialData: { name: 'Ada' },
  })
  const rename = async (name: string) =>
    (await execute({ method: 'PUT', json: { name } })).name satisfies string
  return <button onClick={() => void rename('Eve')}>{`${status} ${data satisfies string}`}</button>
}
expect(renderReact(<User />), '<button>success Ada</button>')

const VueUser = defineComponent(() => {
  const { status, data } = useVueFetch<{ name: string }>('https://example.test/user')
  return () => h('p', `${status.value} ${data.value?.name ?? 'nobody'}`)
})
expect(await renderVue(createSSRApp(VueUser)), '<p>pending nobody</p>')

const VueChat = defineComponent(() => {
  const { status } = useVueWebSocket(URL)
  return () => h('p', status.value)
})
expect(await renderVue(createSSRApp(VueChat)), '<p>connecting</p>')

const VueLive = defineComponent(() => {
  const { status } = useVueConnection(() => [core.webSocket(URL), core.longPoll('https://example.test/live')])
  return () => h('p', status.value)
})
expect(await renderVue(createSSRApp(VueLive)), '<p>connecting</p>')

const VueNews = defineComponent(() => {
  const { status, data } = useVueEventSource('https://example.test/news', { reduce: core.collect() })
  return () => h('p', `${status.value} ${data.value.length}`)
})
expect(await renderVue(createSSRApp(VueNews)), '<p>connecting 0</p>')

const VueChanges = defineComponent(() => {
  const { status, data } = useVueLongPoll('https://example.test/_changes', { reduce: core.collect() })
  return () => h('p', `${status.value} ${data.value.length}`)
})
expect(await renderVue(createSSRApp(VueChanges)), '<p>connecting 0</p>')

const client = createWebSocket(URL)
const status: 'idle' | 'connecting' | 'open' | 'backoff' | 'closed' = client.getSnapshot().status
// Without subscribers no connection has been opened.
expect(status, 'idle')

expect(createConnection([webSocket(URL)]).getSnapshot().status, 'idle')
expect(createEventSource('https://example.test/news').getSnapshot().status, 'idle')
expect(createFetch('https://example.test/user').getSnapshot().status, 'idle')
expect(createLongPoll('https://example.test/news').getSnapshot().status, 'idle')
const source: globalThis.EventSource = new EventSource('https://example.test/news')
source.close()
expect(source.readyState, EventSource.CLOSED)

expect(opened.count, 0)
