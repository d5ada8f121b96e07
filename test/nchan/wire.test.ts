import { expect, test } from 'vitest'
import { startNginx } from './support/nginx.ts'
import { newChannel, useNginx } from './support/server.ts'

// The behaviour of nchan itself, without Tautline. The other tests rely on it.

const nginx = useNginx()

/** The cursor of a response. */
interface Position {
  readonly modified: string | null
  readonly tag: string | null
}

interface PollResponse extends Position {
  readonly status: number
  readonly text: string
}

/** Polls as a browser may: with the cursor exactly as it was received. */
async function poll(url: string, { modified, tag }: Partial<Position> = {}): Promise<PollResponse> {
  const headers = new Headers()
  if (modified) headers.set('If-Modified-Since', modified)
  if (tag) headers.set('If-None-Match', tag)
  const response = await fetch(url, { headers, cache: 'no-store' })
  const of = (name: string) => response.headers.get(name)
  return {
    status: response.status,
    text: await response.text(),
    modified: of('last-modified'),
    tag: of('etag'),
  }
}

const nowhere: Position = { modified: null, tag: null }

/** Waits until the server holds a request of this channel. */
const waiting = (channel: string) => expect.poll(async () => (await nginx.now.look(channel)).waiting).toBe(1)

async function publishAll(channel: string, texts: readonly string[]): Promise<void> {
  // One after the other, because the tests check the order.
  for (const text of texts) await nginx.now.publish(channel, text)
}

test('a server that does not start reports the reason', async () => {
  await expect(startNginx(['no_such_directive;'])).rejects.toThrow(/unknown directive "no_such_directive"/)
})

test('publishing responds with 201 if a client waits, else with 202; both give the time and the tag', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const queued = await nginx.now.publish(channel, 'one')
  expect(queued).toEqual({ status: 202, last: expect.stringMatching(/^\d+:0$/), waiting: 0 })
  const first = await poll(`${relay.url}/patient/${channel}`)
  const held = poll(`${relay.url}/patient/${channel}`, first)
  await waiting(channel)
  expect(await nginx.now.publish(channel, 'two')).toMatchObject({ status: 201 })
  expect(await held).toMatchObject({ status: 200, text: 'two' })
})

test('each response has one message; messages of the same second have different tags, and none is skipped', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const texts = Array.from({ length: 60 }, (_, index) => `message ${index}`)
  await publishAll(channel, texts)
  const got: PollResponse[] = []
  let position = nowhere
  for (const _ of texts) {
    const response = await poll(`${relay.url}/sub/${channel}`, position)
    got.push(response)
    position = response
  }
  expect(got.map(({ status }) => status)).toEqual(texts.map(() => 200))
  expect(got.map(({ text }) => text)).toEqual(texts)
  expect(new Set(got.map(({ modified, tag }) => `${modified} ${tag}`)).size).toBe(60)
  // Sixty requests take less than a second.
  expect(new Set(got.map(({ modified }) => modified)).size).toBeLessThan(60)
  // Without the quotes that RFC 9110 requires.
  for (const { tag } of got) expect(tag).toMatch(/^\d+$/)
})

test('no news is 408, with the tag but without the time: a client must not read a cursor from it', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  await publishAll(channel, ['one', 'two'])
  const first = await poll(`${relay.url}/sub/${channel}`)
  const second = await poll(`${relay.url}/sub/${channel}`, first)
  const nothing = await poll(`${relay.url}/sub/${channel}`, second)
  expect(nothing).toEqual({ status: 408, text: '', modified: null, tag: second.tag })
  // A client that does so starts from the beginning, or is refused.
  expect(await poll(`${relay.url}/sub/${channel}`, nothing)).toMatchObject({ status: 200, text: 'one' })
  const half = { modified: second.modified }
  expect(await poll(`${relay.url}/sub/${channel}`, half)).toMatchObject({
    status: 400,
    text: 'Message ID invalid',
  })
})

test('an interval poll gets its response at once: 304 with time and tag, or with neither if the channel never had a message', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  expect(await poll(`${relay.url}/interval/${channel}`)).toEqual({ status: 304, text: '', ...nowhere })
  await publishAll(channel, ['one', 'two'])
  const first = await poll(`${relay.url}/interval/${channel}`)
  const second = await poll(`${relay.url}/interval/${channel}`, first)
  expect([first.text, second.text]).toEqual(['one', 'two'])
  const { modified, tag } = second
  expect(await poll(`${relay.url}/interval/${channel}`, second)).toEqual({
    status: 304,
    text: '',
    modified,
    tag,
  })
})

test('a client that starts with the newest message has no cursor before its first message, and misses one between two polls', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const nothing = { status: 408, text: '', ...nowhere }
  expect(await poll(`${relay.url}/newest/${channel}`)).toEqual(nothing)
  await nginx.now.publish(channel, 'between')
  expect(await poll(`${relay.url}/newest/${channel}`)).toEqual(nothing)
})

test('messages that the buffer has dropped are skipped silently', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  await nginx.now.publish(channel, 'one', 'pub-short')
  const first = await poll(`${relay.url}/sub/${channel}`)
  for (const text of ['two', 'three', 'four', 'five']) await nginx.now.publish(channel, text, 'pub-short')
  expect(await poll(`${relay.url}/sub/${channel}`, first)).toMatchObject({ status: 200, text: 'four' })
})

test('deleting a channel responds to a held poll with 410; for the next poll the channel is new and empty', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  expect((await nginx.now.remove(channel)).status).toBe(404)
  await nginx.now.publish(channel, 'one')
  const first = await poll(`${relay.url}/patient/${channel}`)
  const held = poll(`${relay.url}/patient/${channel}`, first)
  await waiting(channel)
  expect((await nginx.now.remove(channel)).status).toBe(200)
  expect(await held).toMatchObject({ status: 410, text: '' })
  expect(await poll(`${relay.url}/sub/${channel}`, first)).toMatchObject({ status: 408 })
})

test('a reload ends held polls with 410 too, and loses the messages: an old cursor gets the first message of a later second', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  await publishAll(channel, ['one', 'two'])
  const first = await poll(`${relay.url}/sub/${channel}`)
  const second = await poll(`${relay.url}/sub/${channel}`, first)
  const held = poll(`${relay.url}/patient/${channel}`, second)
  await waiting(channel)
  nginx.now.reload()
  expect(await held).toMatchObject({ status: 410, text: '' })
  expect((await nginx.now.look(channel)).status).toBe(404)
  await untilAfter(second)
  await nginx.now.publish(channel, 'three')
  expect(await poll(`${relay.url}/sub/${channel}`, second)).toMatchObject({ status: 200, text: 'three' })
})

/** Tags start again with each second and each server: a tag of the same second could be taken for an older message. */
async function untilAfter({ modified }: Position): Promise<void> {
  const second = Date.parse(modified ?? '')
  await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThanOrEqual(second + 1_000)
}

test('the subscriber timeout closes a WebSocket with 1000, and an event stream after a comment', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const socket = new WebSocket(`${relay.webSocketUrl}/ws-brief/${channel}`)
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
  const stream = await fetch(`${relay.url}/sse-brief/${channel}`, {
    headers: { accept: 'text/event-stream' },
  })
  expect(await stream.text()).toMatch(/^: hi\n\n:408: .*\n\n$/)
  const { code, reason } = await closed
  expect([code, reason]).toEqual([1000, expect.stringContaining('408 Request Timeout')])
})

test('several channels share one cursor', async () => {
  const [one, two] = [newChannel(), newChannel()]
  const relay = await nginx.relay()
  await nginx.now.publish(one, 'a')
  await nginx.now.publish(two, 'b')
  const first = await poll(`${relay.url}/both/${one}/${two}`)
  const second = await poll(`${relay.url}/both/${one}/${two}`, first)
  expect([first.text, second.text]).toEqual(['a', 'b'])
  // Commas and brackets, where a list of entity tags would have commas between quoted ones.
  expect([first.tag, second.tag]).toEqual(['[0],-', expect.stringMatching(/^(0|-),\[0\]$/)])
})

test('a page of another origin may read both headers, and send them', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  await nginx.now.publish(channel, 'one')
  const headers = { origin: 'http://page.example' }
  const response = await fetch(`${relay.url}/sub/${channel}`, { headers })
  expect(response.headers.get('access-control-allow-origin')).toBe('http://page.example')
  expect(response.headers.get('access-control-expose-headers')).toMatch(/Last-Modified, Etag/i)
  const preflight = await fetch(`${relay.url}/sub/${channel}`, { method: 'OPTIONS', headers })
  expect(preflight.headers.get('access-control-allow-headers')).toMatch(/If-None-Match, If-Modified-Since/i)
})
