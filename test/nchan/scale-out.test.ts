import { expect, onTestFinished, test } from 'vitest'
import type { Observer } from '@tautline/core'
import { createEventSource } from '@tautline/core/event-source'
import { createLongPoll, validators } from '@tautline/core/long-poll'
import { createWebSocket, nchanFrames } from '@tautline/core/web-socket'
import { numbered } from './support/bursts.ts'
import { at, brisk } from './support/follow.ts'
import type { Network } from './support/scale-out/control.ts'
import { newNetwork, newSharedChannel, publish } from './support/scale-out/networks.ts'
import { until } from './support/server.ts'

// The client of each transport against two nodes, where each request goes to the next one.

/** What a client has received. */
interface Follower {
  readonly messages: readonly unknown[]
  /** The ID of nchan behind the last message. */
  id(): string | undefined
}

/** Follows a channel until the test ends. @param from the ID to resume after */
type Follow = (network: Network, channel: string, from?: string) => Follower

const followWebSocket: Follow = (network, channel, from) => {
  const messages: unknown[] = []
  let id = from
  const client = createWebSocket(() => `/ch/${channel}${id === undefined ? '' : `?last_event_id=${id}`}`, {
    ...brisk,
    protocols: 'ws+meta.nchan',
    environment: at(network.webSocketUrl),
  })
  client.on('message', (raw) => {
    const frame = nchanFrames().read(raw)
    id = frame.id
    messages.push(frame.data)
  })
  return { ...opened(client), messages, id: () => id }
}

const followEvents: Follow = (network, channel, from) => {
  const client = createEventSource(`/ch/${channel}`, {
    ...brisk,
    lastEventId: from,
    environment: at(network.url),
  })
  return { ...opened(client), id: () => client.getSnapshot().lastEventId }
}

const followPoll =
  (path: string, options: { interval?: number } = {}): Follow =>
  (network, channel, from) => {
    const client = createLongPoll<string>(`/${path}/${channel}`, {
      ...brisk,
      ...options,
      cursor: validators(),
      initialCursor: from === undefined ? undefined : toValidators(from),
      environment: at(network.url),
    })
    return { ...opened(client), id: () => toId(client.getSnapshot().cursor) }
  }

const followers: Readonly<Record<string, Follow>> = {
  'a WebSocket': followWebSocket,
  'an event source': followEvents,
  'a long poll': followPoll('ch'),
  'a short poll': followPoll('poll', { interval: 5 }),
}

test.each(Object.entries(followers))(
  '%s: 500 messages arrive once and in order, over connections to both nodes that are cut',
  async (_, follow) => {
    const channel = newSharedChannel()
    const network = await newNetwork()
    const follower = follow(network, channel)
    for (let first = 1; first <= 500; first += 50) {
      await publish(channel, numbered(first, first + 24))
      await network.change({
        kill: ['web-socket', 'event-source', 'long-poll', 'short-poll'],
      })
      // Every other message is published on the second node.
      await publish(channel, numbered(first + 25, first + 49), 1)
      await until(() => expect(follower.messages.length).toBeGreaterThanOrEqual(first + 24))
    }
    await until(() => expect(follower.messages.length).toBeGreaterThanOrEqual(500))
    expect(follower.messages).toEqual(numbered(1, 500))
    const { perNode } = await network.state()
    for (const count of perNode) expect(count).toBeGreaterThanOrEqual(5)
  },
)

const pairs = Object.keys(followers).flatMap((from) =>
  Object.keys(followers)
    .filter((to) => to !== from)
    .map((to) => [to, from] as const),
)

test.each(pairs)('%s resumes after the ID that %s has received', async (to, from) => {
  const channel = newSharedChannel()
  await publish(channel, numbered(1, 20))
  const before = followers[from]?.(await newNetwork('first'), channel)
  await until(() => expect(before?.messages).toEqual(numbered(1, 20)))
  const id = before?.id()
  await publish(channel, numbered(21, 40))
  const after = followers[to]?.(await newNetwork('second'), channel, id)
  await until(() => expect(after?.messages.length).toBeGreaterThanOrEqual(20))
  expect(after?.messages).toEqual(numbered(21, 40))
  // The IDs of both are those of the same messages.
  await until(() => expect(after?.id()).toBe(before?.id()))
})

function opened(client: Pick<Observer<unknown>, 'on' | 'open' | 'close'>): Pick<Follower, 'messages'> {
  const messages: unknown[] = []
  client.on('message', (message) => messages.push(message))
  onTestFinished(() => client.close())
  client.open()
  return { messages }
}

/** The cursor of `validators()` for an ID of nchan: the tag, a space, and the time as a date. */
function toValidators(id: string): string {
  const [seconds, tag] = id.split(':')
  return `${tag} ${new Date(Number(seconds) * 1_000).toUTCString()}`
}

function toId(cursor: string | undefined): string | undefined {
  const [, tag, date = ''] = /^(\S+) (.*)$/.exec(cursor ?? '') ?? []
  return tag === undefined ? undefined : `${Date.parse(date) / 1_000}:${tag}`
}
