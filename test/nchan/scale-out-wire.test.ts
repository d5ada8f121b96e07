import { expect, test } from 'vitest'
import { numbered } from './support/bursts.ts'
import { newNetwork, newSharedChannel, publish } from './support/scale-out/networks.ts'
import { openRawSocket, pollAll, readEvents } from './support/scale-out/raw-clients.ts'
import { until } from './support/server.ts'

// The behaviour of two nodes with one Redis, without Tautline: one cursor for all transports and both nodes.

const texts = numbered(1, 30)

test('a message has the same ID on both nodes and over all four transports', async () => {
  const channel = newSharedChannel()
  await publish(channel, texts)
  const all: (readonly string[])[] = []
  for (const to of ['first', 'second'] as const) {
    const network = await newNetwork(to)
    const socket = openRawSocket(`${network.webSocketUrl}/ch/${channel}`)
    const events = readEvents(`${network.url}/ch/${channel}`)
    await until(() => {
      expect(socket.messages).toHaveLength(30)
      expect(events.messages).toHaveLength(30)
    })
    const longPoll = await pollAll(`${network.url}/ch/${channel}`, 30)
    const shortPoll = await pollAll(`${network.url}/poll/${channel}`, 30)
    for (const messages of [socket.messages, events.messages, longPoll, shortPoll]) {
      expect(messages.map(({ text }) => text)).toEqual(texts)
      all.push(messages.map(({ id }) => id))
    }
  }
  expect(new Set(all[0]).size).toBe(30)
  for (const ids of all) expect(ids).toEqual(all[0])
})

test('every transport resumes from an ID in the query, on both nodes', async () => {
  const channel = newSharedChannel()
  await publish(channel, texts)
  const network = await newNetwork()
  const [, , , fourth] = await pollAll(`${network.url}/ch/${channel}`, 4)
  const query = `?last_event_id=${fourth?.id}`
  const rest = texts.slice(4)
  for (let round = 1; round <= 2; round++) {
    const socket = openRawSocket(`${network.webSocketUrl}/ch/${channel}${query}`)
    await until(() => expect(socket.messages).toHaveLength(26))
    const events = readEvents(`${network.url}/ch/${channel}${query}`)
    await until(() => expect(events.messages).toHaveLength(26))
    const [longPoll] = await pollAll(`${network.url}/ch/${channel}${query}`, 1)
    const [shortPoll] = await pollAll(`${network.url}/poll/${channel}${query}`, 1)
    expect(socket.messages.map(({ text }) => text)).toEqual(rest)
    expect(events.messages.map(({ text }) => text)).toEqual(rest)
    expect([longPoll?.text, shortPoll?.text]).toEqual([rest[0], rest[0]])
    // An odd number of requests: the second round begins at the other node.
    await fetch(`${network.url}/poll/${channel}`)
  }
  const { perNode } = await network.state()
  expect(perNode).toEqual([7, 7])
})

test('the event stream greets with a comment before the first message', async () => {
  const network = await newNetwork()
  const events = readEvents(`${network.url}/ch/${newSharedChannel()}`)
  await until(() => expect(events.raw()).toBe(': hi\n\n'))
})

test('a WebSocket responds to "ping" with "pong", and confirms the subprotocol ws+meta.nchan', async () => {
  const network = await newNetwork()
  const socket = openRawSocket(`${network.webSocketUrl}/ch/${newSharedChannel()}`)
  await until(() => expect(socket.socket.readyState).toBe(WebSocket.OPEN))
  expect(socket.socket.protocol).toBe('ws+meta.nchan')
  socket.socket.send('ping')
  await until(() => expect(socket.other).toEqual(['pong']))
})

test('a WebSocket that publishes receives its own message too, with an ID', async () => {
  const channel = newSharedChannel()
  const network = await newNetwork()
  const socket = openRawSocket(`${network.webSocketUrl}/ch/${channel}`)
  await until(() => expect(socket.socket.readyState).toBe(WebSocket.OPEN))
  socket.socket.send('my own')
  await until(() => expect(socket.messages.map(({ text }) => text)).toEqual(['my own']))
})

test('a channel without a subscriber for some seconds still sends every message on both nodes', async () => {
  const channel = newSharedChannel()
  await publish(channel, ['one', 'two', 'three'])
  const network = await newNetwork('second')
  const [first] = await pollAll(`${network.url}/ch/${channel}`, 1)
  // Longer than the node keeps a channel without subscribers.
  await new Promise((resolve) => setTimeout(resolve, 7_000))
  await publish(channel, ['four'])
  const events = readEvents(`${network.url}/ch/${channel}?last_event_id=${first?.id}`)
  await until(() => expect(events.messages.map(({ text }) => text)).toEqual(['two', 'three', 'four']))
})

test('an ID that the nodes never had, or that is too old, resumes silently with the oldest message', async () => {
  const channel = newSharedChannel()
  await publish(channel, ['one', 'two'])
  const network = await newNetwork()
  for (const path of [`/ch/${channel}`, `/poll/${channel}`]) {
    const [message] = await pollAll(`${network.url}${path}?last_event_id=1000:3`, 1)
    expect(message?.text).toBe('one')
  }
})

test('the load balancer of the example passes WebSockets and events at once', async () => {
  const channel = newSharedChannel()
  const network = await newNetwork('balanced')
  const socket = openRawSocket(`${network.webSocketUrl}/ch/${channel}`)
  const events = [readEvents(`${network.url}/ch/${channel}`), readEvents(`${network.url}/ch/${channel}`)]
  await until(() => expect(events.map(({ raw }) => raw())).toEqual([': hi\n\n', ': hi\n\n']))
  await publish(channel, texts)
  for (const { messages } of [socket, ...events]) {
    await until(() => expect(messages.map(({ text }) => text)).toEqual(texts))
  }
})
