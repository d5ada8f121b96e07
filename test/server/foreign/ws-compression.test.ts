import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { expect, onTestFinished, test } from 'vitest'
import { text } from '@tautline/core'
import { createWebSocket } from '@tautline/core/web-socket'
import { brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'

test('[every-message] ws with compression, cut again and again: nothing is lost or doubled', async () => {
  const http = createServer()
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: { threshold: 0 } })
  onTestFinished(() => sockets.close())
  const extensions: string[] = []
  sockets.on('connection', (socket) => {
    extensions.push(socket.extensions)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  const server = await startForeign(http)
  const client = createWebSocket('/', { ...brisk, environment: server.environment, codec: text() })
  const socket = record<string, typeof client>(client)
  onTestFinished(() => client.close())
  client.open()
  const messages = Array.from({ length: 30 }, (_, number) => `${number} ${'é'.repeat(number * 1_000)}`)
  for (const [number, message] of messages.entries()) {
    client.send(message)
    await socket.until(() => socket.messages.at(-1) === message)
    if (number % 10 !== 5) continue
    server.cut()
    await socket.until(({ closes }) => closes.length > number / 10)
  }
  expect(socket.messages).toEqual(messages)
  expect(extensions).toEqual(Array.from({ length: 4 }, () => 'permessage-deflate'))
})
