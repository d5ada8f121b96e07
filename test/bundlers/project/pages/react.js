// A page with one React hook.
import { useWebSocket } from '@tautline/react'
import { createElement } from 'react'

function Chat() {
  return createElement('p', null, useWebSocket('wss://server.test/chat').status)
}

globalThis.page = createElement(Chat)
