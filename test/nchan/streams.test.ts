import { expect, onTestFinished, test } from 'vitest'
import { createEventSource } from '@tautline/core/event-source'
import { createWebSocket } from '@tautline/core/web-socket'
import { record } from '../server/support/recorded.ts'
import { numbered, publishAll } from './support/bursts.ts'
import { at, brisk, follow } from './support/follow.ts'
import { newChannel, until, useNginx } from './support/server.ts'

const nginx = useNginx()

test('long poll, interval poll, event stream and WebSocket on one channel receive the same messages', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const texts = numbered(1, 40)
  // Half of them before any client connects: all four begin with the oldest.
  await publishAll(nginx.now, channel, texts.slice(0, 20))
  const stream = createEventSource(`/sse/${channel}`, { ...brisk, environment: at(relay.url) })
  const socket = createWebSocket(`/ws/${channel}`, { ...brisk, environment: at(relay.webSocketUrl) })
  onTestFinished(() => {
    stream.close()
    socket.close()
  })
  const streams = [
    follow(relay.url, `/sub/${channel}`),
    follow(relay.url, `/interval/${channel}`, { interval: 5 }),
    record(stream),
    record(socket),
  ]
  stream.open()
  socket.open()
  await publishAll(nginx.now, channel, texts.slice(20))
  await until(() => expect(streams.map(({ messages }) => messages.length)).toEqual([40, 40, 40, 40]))
  for (const { messages } of streams) expect(messages).toEqual(texts)
})
