import { expect, test } from 'vitest'
import { isTautlineError } from '@tautline/core'
import { numbered, publishAll, publishInBursts } from './support/bursts.ts'
import { follow, type Poll, troubles } from './support/follow.ts'
import type { Cut, Relay } from './support/relay.ts'
import { newChannel, until, useNginx } from './support/server.ts'

// The client against nchan: what is published arrives, each once and in order, and never by two requests at a time.

const nginx = useNginx()
const all = numbered(1, 300)

/** Each manner in its turn, and most requests unharmed. */
const MANNERS: readonly Cut[] = ['answer', 'body', 'request', 'behind', 'head']
const everySeventh = (request: number): Cut | undefined =>
  request % 7 === 0 ? MANNERS[(request / 7) % MANNERS.length] : undefined

const count = (statuses: readonly number[], wanted: number) =>
  statuses.filter((status) => status === wanted).length

test('long poll: bursts arrive each once and in order; 408 in between is no failure', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const poll = follow(relay.url, `/sub/${channel}`)
  await publishInBursts(nginx.now, channel, {
    texts: all,
    size: 50,
    // Every other burst comes when a poll had nothing to say, the rest while the one before is being read.
    between: async (burst) => burst % 2 === 1 && (await nothingNew()),
  })
  await until(() => expect(poll.messages).toHaveLength(300))
  await nothingNew()
  expect(poll.messages).toEqual(all)
  expect(poll.statuses).toEqual(['connecting', 'open'])
  expect(poll.client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0, error: undefined })
  expect([poll.errors, poll.retries]).toEqual([[], []])
  expect(relay.most).toBe(1)
  expect(count(relay.statuses, 200)).toBe(300)

  /** Until the server has said so once more. */
  async function nothingNew() {
    const before = count(relay.statuses, 408)
    await until(() => expect(count(relay.statuses, 408)).toBeGreaterThan(before))
  }
})

test('long poll over a connection that is cut: each once and in order all the same', async () => {
  const channel = newChannel()
  const relay = await nginx.relay(everySeventh)
  const poll = follow(relay.url, `/patient/${channel}`)
  let held = 0
  await publishInBursts(nginx.now, channel, {
    texts: all,
    size: 30,
    between: async (burst) => {
      await until(() => expect(poll.messages).toHaveLength(burst * 30))
      // While the server has nothing to say.
      await until(async () => expect((await nginx.now.look(channel)).waiting).toBe(1))
      held += relay.cutAll()
    },
  })
  await until(() => expect(poll.messages).toHaveLength(300))
  expect(poll.messages).toEqual(all)
  expect(relay.most).toBe(1)
  expect(held).toBe(9)
  expect(new Set(relay.cuts)).toEqual(new Set(MANNERS))
  await until(() => expectRetries(poll, relay, held))
})

test.each([
  ['a line that holds', undefined],
  ['a line that is cut', everySeventh],
])('interval poll over %s: each once and in order', async (_, cutFor) => {
  const channel = newChannel()
  const relay = await nginx.relay(cutFor)
  const poll = follow(relay.url, `/interval/${channel}`, { interval: 10 })
  await publishInBursts(nginx.now, channel, {
    texts: all,
    size: 100,
    between: async (burst) => {
      await until(() => expect(poll.messages).toHaveLength(burst * 100))
      const before = count(relay.statuses, 304)
      await until(() => expect(count(relay.statuses, 304)).toBeGreaterThan(before + 2))
    },
  })
  await until(() => expect(poll.messages).toHaveLength(300))
  expect(poll.messages).toEqual(all)
  expect(relay.most).toBe(1)
  expect(relay.cuts.length > 0).toBe(cutFor !== undefined)
  // It goes on asking, and what is cut is known to the relay a moment before.
  await until(() => expectRetries(poll, relay, 0))
  await until(() => expect(poll.client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0 }))
})

test.each([
  ['time and tag', 'sub', /^\d+ \w+, .* GMT$/],
  ['a tag alone', 'compound', /^\d+:\d+$/],
])('who comes back with a cursor of %s has exactly what was missed', async (_, location, form) => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const before = follow(relay.url, `/${location}/${channel}`)
  await publishAll(nginx.now, channel, numbered(1, 40))
  await until(() => expect(before.messages).toHaveLength(40))
  const { cursor } = before.client.getSnapshot()
  expect(cursor).toMatch(form)
  before.client.close()
  // Nobody listens; some of these may be of the second that the last one was of.
  await publishAll(nginx.now, channel, numbered(41, 70))
  const after = follow(relay.url, `/${location}/${channel}`, { initialCursor: cursor })
  await until(() => expect(after.messages).toHaveLength(30))
  await publishAll(nginx.now, channel, numbered(71, 80))
  await until(() => expect(after.messages).toHaveLength(40))
  expect(after.messages).toEqual(numbered(41, 80))
  expect(before.messages).toEqual(numbered(1, 40))
})

test('two channels over one poll: each message once, and in the order of its channel', async () => {
  const [one, two] = [newChannel(), newChannel()]
  const relay = await nginx.relay(everySeventh)
  const poll = follow(relay.url, `/both/${one}/${two}`)
  const texts = numbered(1, 50)
  await Promise.all([
    publishAll(nginx.now, one, texts),
    publishAll(
      nginx.now,
      two,
      texts.map((text) => `other ${text}`),
    ),
  ])
  await until(() => expect(poll.messages).toHaveLength(100))
  expect(poll.messages.filter((text) => !text.startsWith('other'))).toEqual(texts)
  expect(poll.messages.filter((text) => text.startsWith('other'))).toEqual(
    texts.map((text) => `other ${text}`),
  )
})

test('a channel that is deleted while it is held is the end', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const poll = follow(relay.url, `/patient/${channel}`)
  await nginx.now.publish(channel, 'one')
  await waiting(channel)
  await nginx.now.remove(channel)
  await until(() => expect(poll.client.getSnapshot().status).toBe('closed'))
  const { closed, error } = poll.client.getSnapshot()
  expect(error).toMatchObject({ code: 'http', status: 410 })
  expect(closed).toMatchObject({ by: 'fatal' })
  expect([poll.messages, poll.retries]).toEqual([['one'], []])
})

test('a reload says 410 as well: who takes it for a failure lives through it, and goes on with what comes next', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const gone = (error: unknown) => isTautlineError(error, 'http') && error.status === 410
  const poll = follow(relay.url, `/patient/${channel}`, {
    retry: { delay: () => 5, when: (error, retryable) => retryable || gone(error) },
  })
  await publishAll(nginx.now, channel, numbered(1, 10))
  await until(() => expect(poll.messages).toHaveLength(10))
  await waiting(channel)
  nginx.now.reload()
  await until(() => expect(poll.statuses).toContain('backoff'))
  // With its old place it waits for what the new server, which knows nothing of that, has to say from the next second on.
  await waiting(channel)
  const second = Math.floor(Date.now() / 1_000)
  await until(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(second))
  await publishAll(nginx.now, channel, numbered(11, 20))
  await until(() => expect(poll.messages).toHaveLength(20))
  expect(poll.messages).toEqual(numbered(1, 20))
  expect(poll.retries).toHaveLength(1)
  expect(relay.most).toBe(1)
})

/** One for each request that was lost, and nothing worse. */
function expectRetries(poll: Poll, { cuts }: Pick<Relay, 'cuts'>, held: number): void {
  const behind = cuts.filter((cut) => cut === 'behind').length
  const lost = held + cuts.length - behind
  expect(poll.retries.length).toBeGreaterThanOrEqual(lost)
  // A connection that ends behind a response takes nothing with it, unless the next request is on its way there already.
  expect(poll.retries.length).toBeLessThanOrEqual(lost + behind)
  expect(troubles(poll)).toEqual(poll.retries.map(() => 'backoff'))
}

/** Until the server knows of one that waits there. */
async function waiting(channel: string): Promise<void> {
  await until(async () => expect((await nginx.now.look(channel)).waiting).toBe(1))
}
