import { expect, test } from 'vitest'
import { isTautlineError } from '@tautline/core'
import { numbered, publishAll, publishInBursts } from './support/bursts.ts'
import { follow, type Poll, troubles } from './support/follow.ts'
import type { Cut, Relay } from './support/relay.ts'
import { newChannel, until, useNginx } from './support/server.ts'

// The client against nchan: every message arrives once and in order, and requests never overlap.

const nginx = useNginx()
const all = numbered(1, 300)

/** Each kind of cut in turn, for some of the requests. */
const CUT_KINDS: readonly Cut[] = ['response', 'body', 'request', 'after', 'head']
const everySeventh = (request: number): Cut | undefined =>
  request % 7 === 0 ? CUT_KINDS[(request / 7) % CUT_KINDS.length] : undefined

const count = (statuses: readonly number[], wanted: number) =>
  statuses.filter((status) => status === wanted).length

test('long poll: bursts arrive once and in order; a 408 between them is not a failure', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const poll = follow(relay.url, `/sub/${channel}`)
  await publishInBursts(nginx.now, channel, {
    texts: all,
    size: 50,
    // Every other burst is published after a poll without news, the rest while the burst before is being received.
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

  /** Waits for one more 408. */
  async function nothingNew() {
    const before = count(relay.statuses, 408)
    await until(() => expect(count(relay.statuses, 408)).toBeGreaterThan(before))
  }
})

test('long poll over a connection that is cut: every message once and in order', async () => {
  const channel = newChannel()
  const relay = await nginx.relay(everySeventh)
  const poll = follow(relay.url, `/patient/${channel}`)
  let held = 0
  await publishInBursts(nginx.now, channel, {
    texts: all,
    size: 30,
    between: async (burst) => {
      await until(() => expect(poll.messages).toHaveLength(burst * 30))
      // While the server holds a poll.
      await until(async () => expect((await nginx.now.look(channel)).waiting).toBe(1))
      held += relay.cutAll()
    },
  })
  await until(() => expect(poll.messages).toHaveLength(300))
  expect(poll.messages).toEqual(all)
  expect(relay.most).toBe(1)
  expect(held).toBe(9)
  expect(new Set(relay.cuts)).toEqual(new Set(CUT_KINDS))
  await until(() => expectRetries(poll, relay, held))
})

test.each([
  ['a stable connection', undefined],
  ['a connection that is cut', everySeventh],
])('interval poll over %s: every message once and in order', async (_, cutFor) => {
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
  // The client still polls. The relay records a cut a moment before the client sees it.
  await until(() => expectRetries(poll, relay, 0))
  await until(() => expect(poll.client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0 }))
})

test.each([
  ['time and tag', 'sub', /^\d+ \w+, .* GMT$/],
  ['a tag alone', 'compound', /^\d+:\d+$/],
])(
  'a client that resumes with a cursor of %s gets exactly the messages that it missed',
  async (_, location, form) => {
    const channel = newChannel()
    const relay = await nginx.relay()
    const before = follow(relay.url, `/${location}/${channel}`)
    await publishAll(nginx.now, channel, numbered(1, 40))
    await until(() => expect(before.messages).toHaveLength(40))
    const { cursor } = before.client.getSnapshot()
    expect(cursor).toMatch(form)
    before.client.close()
    // No client is connected. Some of these messages may have the same second as the last one.
    await publishAll(nginx.now, channel, numbered(41, 70))
    const after = follow(relay.url, `/${location}/${channel}`, { initialCursor: cursor })
    await until(() => expect(after.messages).toHaveLength(30))
    await publishAll(nginx.now, channel, numbered(71, 80))
    await until(() => expect(after.messages).toHaveLength(40))
    expect(after.messages).toEqual(numbered(41, 80))
    expect(before.messages).toEqual(numbered(1, 40))
  },
)

test('two channels in one poll: every message once, and in the order of its channel', async () => {
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

test('deleting a channel ends a held poll for good', async () => {
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

test('a reload responds with 410 too: a client that retries it continues with the next messages', async () => {
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
  // The new server does not know the old cursor, and sends messages from the next second on.
  await waiting(channel)
  const second = Math.floor(Date.now() / 1_000)
  await until(() => expect(Math.floor(Date.now() / 1_000)).toBeGreaterThan(second))
  await publishAll(nginx.now, channel, numbered(11, 20))
  await until(() => expect(poll.messages).toHaveLength(20))
  expect(poll.messages).toEqual(numbered(1, 20))
  expect(poll.retries).toHaveLength(1)
  expect(relay.most).toBe(1)
})

/** Expects one error for each lost request, and no others. */
function expectRetries(poll: Poll, { cuts }: Pick<Relay, 'cuts'>, held: number): void {
  const behind = cuts.filter((cut) => cut === 'after').length
  const lost = held + cuts.length - behind
  expect(poll.retries.length).toBeGreaterThanOrEqual(lost)
  // A cut after the response loses nothing, unless the next request has already been sent.
  expect(poll.retries.length).toBeLessThanOrEqual(lost + behind)
  expect(troubles(poll)).toEqual(poll.retries.map(() => 'backoff'))
}

/** Waits until the server holds a poll of this channel. */
async function waiting(channel: string): Promise<void> {
  await until(async () => expect((await nginx.now.look(channel)).waiting).toBe(1))
}
