// A stranger's program with both hooks, as ES modules: it type-checks, renders on a server, and opens nothing.
import { expect, globalsBefore, opened } from './opened.js'
import * as core from '@tautline/core'
import { createWebSocket } from '@tautline/core/web-socket'
import { useWebSocket } from '@tautline/react'
import { useWebSocket as useWebSocketPath } from '@tautline/react/web-socket'
import { useWebSocket as useVueWebSocket } from '@tautline/vue'
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

function Chat() {
  const { status, send } = useWebSocket(URL)
  return <button onClick={() => send('hello')}>{status}</button>
}
expect(renderReact(<Chat />), '<button>connecting</button>')

const VueChat = defineComponent(() => {
  const { status } = useVueWebSocket(URL)
  return () => h('p', status.value)
})
expect(await renderVue(createSSRApp(VueChat)), '<p>connecting</p>')

const client = createWebSocket(URL)
const status: 'idle' | 'connecting' | 'open' | 'backoff' | 'closed' = client.getSnapshot().status
// Nobody has subscribed, so nothing has been opened.
expect(status, 'idle')

expect(opened.count, 0)
