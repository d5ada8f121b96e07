// A page with one Vue hook.
import { useWebSocket } from '@tautline/vue'
import { effectScope } from 'vue'

globalThis.connect = (options) => effectScope().run(() => useWebSocket('wss://server.test/chat', options))
