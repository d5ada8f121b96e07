// The same as a CommonJS program.
import core = require('@tautline/core')
import react = require('@tautline/react')
import vue = require('@tautline/vue')
import React = require('react')
import server = require('react-dom/server')

function Chat(): React.ReactNode {
  return react.useWebSocket('wss://example.test/chat').status
}
const html = server.renderToString(React.createElement(Chat))
if (html !== 'connecting') throw new Error(html)
if (typeof vue.useWebSocket !== 'function') throw new Error('The Vue hook is missing')
if (core.createWebSocket('wss://example.test/chat').getSnapshot().status !== 'idle') {
  throw new Error('The factory is missing')
}
