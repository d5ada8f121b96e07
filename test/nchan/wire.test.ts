import { expect, test } from 'vitest'
import { startNginx } from './support/nginx.ts'
import { newChannel, useNginx } from './support/server.ts'

// What nchan says, without any client of ours: what the others rest on.

const nginx = useNginx()

/** What a response says of where it stands. */
interface Position {
  readonly modified: string | null
  readonly tag: string | null
}

interface PollResponse extends Position {
  readonly status: number
  readonly text: string
}

/** Asks as a browser may: with what it has been told, as it was told. */
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

/** Until the server knows of somebody who waits there. */
const waiting = (channel: string) => expect.poll(async () => (await nginx.now.look(channel)).waiting).toBe(1)

async function publishAll(channel: string, texts: readonly string[]): Promise<void> {
  // One after the other: their order is what is looked at.
  for (const text of texts) await nginx.now.publish(channel, text)
}

test('a server that does not start says what it has against it', async () => {
  await expect(startNginx(['no_such_directive;'])).rejects.toThrow(/unknown directive "no_such_directive"/)
})

test('a message that somebody waits for is 201, another one 202; both tell its time and tag', async () => {
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

test('each response has one message; those of one second have tags of their own, and none is skipped', async () => {
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
  // A second is long for sixty requests on one machine.
  expect(new Set(got.map(({ modified }) => modified)).size).toBeLessThan(60)
  // Without the quotes that RFC 9110 asks for.
  for (const { tag } of got) expect(tag).toMatch(/^\d+$/)
})

test('nothing new is 408, which names the tag without the time: a cursor is not to be read from it', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  await publishAll(channel, ['one', 'two'])
  const first = await poll(`${relay.url}/sub/${channel}`)
  const second = await poll(`${relay.url}/sub/${channel}`, first)
  const nothing = await poll(`${relay.url}/sub/${channel}`, second)
  expect(nothing).toEqual({ status: 408, text: '', modified: null, tag: second.tag })
  // What would become of a client that did: it starts from the beginning, or is refused.
  expect(await poll(`${relay.url}/sub/${channel}`, nothing)).toMatchObject({ status: 200, text: 'one' })
  const half = { modified: second.modified }
  expect(await poll(`${relay.url}/sub/${channel}`, half)).toMatchObject({
    status: 400,
    text: 'Message ID invalid',
  })
})

test('an interval poll is answered at once: 304 with both, or with neither where there was never a message', async () => {
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

test('who starts with the newest has no place until a first message: one between two polls is not theirs', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  const nothing = { status: 408, text: '', ...nowhere }
  expect(await poll(`${relay.url}/newest/${channel}`)).toEqual(nothing)
  await nginx.now.publish(channel, 'between')
  expect(await poll(`${relay.url}/newest/${channel}`)).toEqual(nothing)
})

test('what the buffer has lost is skipped without a word', async () => {
  const channel = newChannel()
  const relay = await nginx.relay()
  await nginx.now.publish(channel, 'one', 'pub-short')
  const first = await poll(`${relay.url}/sub/${channel}`)
  for (const text of ['two', 'three', 'four', 'five']) await nginx.now.publish(channel, text, 'pub-short')
  expect(await poll(`${relay.url}/sub/${channel}`, first)).toMatchObject({ status: 200, text: 'four' })
})

test('a channel that is deleted under a held poll is 410; to the next poll it is one that had no message yet', async () => {
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

test('a reload ends held polls with 410 too, and forgets the messages: an old place has the first that is younger', async () => {
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

/** Tags start afresh with each second, and with each server: one of the same second would be taken for an older one. */
async function untilAfter({ modified }: Position): Promise<void> {
  const second = Date.parse(modified ?? '')
  await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThanOrEqual(second + 1_000)
}

test('several channels have one place together', async () => {
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

test('another origin may read both headers, and send them', async () => {
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
