import { expect, onTestFinished, test } from 'vitest'
import {
  type WebSocketOptions,
  createWebSocket,
  nchanFrames,
  pings,
  resumable,
} from '@tautline/core/web-socket'
import { text } from '@tautline/core'
import { record } from '../server/support/recorded.ts'
import { numbered, publishAll } from './support/bursts.ts'
import { at, brisk } from './support/follow.ts'
import { newChannel, until, useNginx } from './support/server.ts'

const nginx = useNginx()

type Options = Pick<WebSocketOptions<string>, 'initialCursor' | 'heartbeat'>

/** Follows a channel over a WebSocket that resumes. */
function follow(base: string, path: string, options: Options = {}) {
  const client = createWebSocket<string>(path, {
    ...brisk,
    codec: text(),
    resume: resumable({ frames: nchanFrames(), query: 'last_event_id' }),
    environment: at(base),
    ...options,
  })
  onTestFinished(() => client.close())
  const recorded = record<string, typeof client>(client)
  client.open()
  return recorded
}

test('[resume] 500 messages over six cuts: none is lost, none twice, in order', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const texts = numbered(1, 500)
  const socket = follow(relay.webSocketUrl, `/ws/${channel}`)
  await until(() => expect(socket.opens).toHaveLength(1))
  for (let first = 0; first < 500; first += 50) {
    await publishAll(nginx.now, channel, texts.slice(first, first + 25))
    // Each second time while messages are on their way.
    if (first % 100 === 0) await until(() => expect(socket.messages.length).toBeGreaterThan(first))
    if (first > 0 && first <= 300) relay.cutAll()
    await publishAll(nginx.now, channel, texts.slice(first + 25, first + 50))
  }
  await until(() => expect(socket.messages).toHaveLength(500))
  expect(socket.messages).toEqual(texts)
  expect(socket.opens.length).toBeGreaterThan(6)
  expect(new Set(socket.opens.map(({ protocol }) => protocol))).toEqual(new Set(['ws+meta.nchan']))
  // The IDs are those of nchan: a time and a tag.
  for (const { id } of socket.infos) expect(id).toMatch(/^\d+:\d+$/)
  expect(socket.client.getSnapshot().cursor).toBe(socket.infos.at(-1)?.id)
})

test('[resume] a page that is loaded again continues behind the message that it had', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const texts = numbered(1, 20)
  await publishAll(nginx.now, channel, texts)
  const before = follow(relay.webSocketUrl, `/ws/${channel}`)
  await until(() => expect(before.messages).toEqual(texts))
  before.client.close()
  const after = follow(relay.webSocketUrl, `/ws/${channel}`, { initialCursor: before.infos[11]?.id })
  await until(() => expect(after.messages).toEqual(texts.slice(12)))
})

test('[resume] [heartbeat] the reply to a ping has no metadata, and is no message', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const socket = follow(relay.webSocketUrl, `/ws-ping/${channel}`, { heartbeat: pings({ interval: 20 }) })
  await until(() => expect(socket.client.getSnapshot().latency).toBeDefined())
  await publishAll(nginx.now, channel, ['hello'])
  await until(() => expect(socket.messages).toEqual(['hello']))
  expect(socket.errors).toEqual([])
})
