import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { type LiveFaultKind, type LiveFaultOptions, type LiveTransportName } from '../live-client.ts'
import { refusalOf } from '../testing/client.ts'
import { liveOf, untilCounts } from '../testing/live.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

const seqOf = async (message: Promise<unknown>): Promise<unknown> => Object(await message).seq

/** The status of a request over this transport. */
async function statusOf(name: LiveTransportName, url: string): Promise<number> {
  if (name === 'web-socket') return (await refusalOf(url)).status
  if (name === 'post') return (await fetch(url, { method: 'POST', body: '{"text":"a"}' })).status
  if (name === 'frame') return (await fetch(`${url}/frame?callback=a`)).status
  if (name === 'event-source') return (await fetch(url, { headers: { Accept: 'text/event-stream' } })).status
  return (await fetch(`${url}?wait=${name === 'short-poll' ? 0 : 1}`)).status
}

const names: readonly LiveTransportName[] = [
  'web-socket',
  'event-source',
  'frame',
  'long-poll',
  'short-poll',
  'post',
]

test('a WebSocket handshake with a delay has the fault of the log after it', async () => {
  const { live, socket } = liveOf(server)
  const late = '?fault=delay&fault-ms=20'
  await live.publish(1)
  await live.fault('web-socket', 'refused')
  expect((await refusalOf(live.url + late)).status).toBe(403)
  await live.heal()
  const client = await socket(late)
  expect(await seqOf(client.nextJson())).toBe(1)
  await client.leave()
})

describe('on every transport', () => {
  test.each(names)('%s: refused, a portal, down, and back', async (name) => {
    const { live } = liveOf(server)
    await live.publish(1)
    await live.fault(name, 'refused')
    expect((await live.counts()).faults).toEqual({ [name]: 'refused' })
    expect(await statusOf(name, live.url)).toBe(403)
    await live.fault(name, 'refused', { status: 502 })
    expect(await statusOf(name, live.url)).toBe(502)
    await live.fault(name, 'portal')
    expect(await statusOf(name, live.url)).toBe(200)
    await live.fault('all', 'down')
    await expect(statusOf(name, live.url)).rejects.toThrow()
    expect((await live.counts()).transports[name].requests).toBe(4)
    await live.heal()
    expect((await live.counts()).faults).toEqual({})
    const works = name === 'web-socket' ? liveOf(server).socket() : statusOf(name, live.url)
    await expect(works).resolves.toBeTruthy()
  })

  test.each(names.filter((name) => name !== 'web-socket'))('%s: no response', async (name) => {
    const { live } = liveOf(server)
    await live.fault(name, 'unanswered')
    const status = statusOf(name, live.url)
    await untilCounts(live, ({ transports }) => transports[name].open === 1)
    await live.fault(name, 'down')
    await expect(status).rejects.toThrow()
    expect((await live.counts()).transports[name].open).toBe(0)
  })

  test('a fault of one transport leaves the others as they are', async () => {
    const { live, socket, poll } = liveOf(server)
    await live.publish(1)
    const client = await socket()
    expect(await seqOf(client.nextJson())).toBe(1)
    await live.fault('event-source', 'down')
    await live.publish(1)
    expect(await seqOf(client.nextJson())).toBe(2)
    expect((await poll('?after=0')).status).toBe(200)
    await client.leave()
  })

  test('a fault can apply to a number of requests, or to each n-th one', async () => {
    const { live } = liveOf(server)
    await live.publish(1)
    const statuses = async (count: number) => {
      const all: number[] = []
      while (all.length < count) all.push(await statusOf('long-poll', live.url))
      return all
    }
    await live.fault('long-poll', 'refused', { count: 2 })
    expect(await statuses(3)).toEqual([403, 403, 200])
    await live.fault('long-poll', 'refused', { every: 2 })
    expect(await statuses(4)).toEqual([200, 403, 200, 403])
  })

  test.each<[LiveTransportName | 'all', LiveFaultKind, LiveFaultOptions]>([
    ['post', 'silent', {}],
    ['long-poll', 'no-upgrade', {}],
    ['all', 'half-open', {}],
    ['web-socket', 'one-late', {}],
    ['web-socket', 'swallow', {}],
    ['web-socket', 'refused', { count: 0 }],
  ])('refuses for %s the fault %s with %j', async (name, kind, options) => {
    await expect(liveOf(server).live.fault(name, kind, options)).rejects.toThrow('bad-input')
  })
})

describe('a WebSocket', () => {
  test.each([
    [{}, 426],
    [{ status: 200 }, 200],
  ])('whose `Upgrade` was removed: %j', async (options, status) => {
    const { live } = liveOf(server)
    await live.fault('web-socket', 'no-upgrade', options)
    expect((await refusalOf(live.url)).status).toBe(status)
  })

  test('whose handshake gets no response', async () => {
    const { live, socketNow } = liveOf(server)
    await live.fault('web-socket', 'unanswered')
    const client = socketNow()
    await untilCounts(live, ({ transports }) => transports['web-socket'].requests === 1)
    expect(client.socket.readyState).toBe(0)
    client.socket.terminate()
  })

  test('that opens and is silent, without a pong', async () => {
    const { live, socket } = liveOf(server)
    await live.publish(1)
    await live.fault('web-socket', 'silent')
    const client = await socket()
    client.socket.send('ping')
    await live.fault('web-socket', 'refused', { open: 'keep' })
    await live.publish(1)
    expect((await live.counts()).transports['web-socket']).toMatchObject({ open: 1, sent: 0 })
    await client.leave()
    await untilCounts(live, ({ transports }) => transports['web-socket'].open === 0)
    await expect(client.next()).rejects.toThrow('instead of a message')
  })

  test.each([
    [{}, 1011],
    [{ code: 4000 }, 4000],
    [{ code: 1006 }, 1006],
  ])('that opens and closes, for ever: %j', async (options, code) => {
    const { live, socket } = liveOf(server)
    await live.fault('web-socket', 'closes', options)
    for (const _ of [1, 2, 3]) expect((await (await socket()).closed).code).toBe(code)
  })

  test('that becomes half-open: it sends nothing and takes nothing, while new ones work', async () => {
    const { live, socket } = liveOf(server)
    const old = await socket()
    await live.fault('web-socket', 'half-open')
    old.sendJson({ key: 'a', text: 'lost' })
    old.socket.send('ping')
    old.socket.close(1000)
    await live.publish(1)
    const next = await socket()
    expect(await seqOf(next.nextJson())).toBe(1)
    expect(await live.counts()).toMatchObject({
      received: 0,
      transports: { 'web-socket': { open: 1, frozen: 1, sent: 1 } },
    })
    expect(old.socket.readyState).toBe(2)
    old.socket.terminate()
    await untilCounts(live, ({ transports }) => transports['web-socket'].frozen === 0)
    await next.leave()
  })

  test('that swallows messages while pings pass, once or more often', async () => {
    const { live, socket } = liveOf(server)
    await live.fault('web-socket', 'swallow', { messages: [2] })
    await live.fault('web-socket', 'swallow', { messages: [3], times: 2 })
    await live.publish(4)
    const read = async (from: number, count: number) => {
      const client = await socket(`?after=${from}`)
      const all: unknown[] = []
      while (all.length < count) all.push(await seqOf(client.nextJson()))
      client.socket.send('ping')
      expect(await client.next()).toBe('pong')
      await client.leave()
      return all
    }
    expect(await read(0, 2)).toEqual([1, 4])
    expect(await read(1, 2)).toEqual([2, 4])
    expect(await read(2, 2)).toEqual([3, 4])
    expect((await live.counts()).transports['web-socket'].swallowed).toBe(3)
  })

  test('that sends no acknowledgement', async () => {
    const { live, socket } = liveOf(server)
    const client = await socket()
    await live.fault('web-socket', 'no-acks')
    client.sendJson({ key: 'a', text: 'one' })
    expect(await client.nextJson()).toMatchObject({ seq: 1, key: 'a' })
    await live.heal('web-socket')
    client.sendJson({ key: 'a', text: 'one' })
    expect(await client.nextJson()).toEqual({ ack: 'a', seq: 1, duplicate: true })
    await client.leave()
  })

  test('that is frozen by the network, while new ones are silent', async () => {
    const { live, socket } = liveOf(server)
    await socket()
    await live.fault('web-socket', 'silent', { open: 'freeze' })
    await socket()
    expect((await live.counts()).transports['web-socket']).toMatchObject({ open: 1, frozen: 1 })
  })
})

describe('a stream of events', () => {
  test('whose body is held back', async () => {
    const { live, events } = liveOf(server)
    await live.publish(1)
    await live.fault('event-source', 'held-back')
    const stream = await events()
    expect(stream.response.status).toBe(200)
    await live.fault('event-source', 'cut')
    await expect(stream.nextChunk()).rejects.toThrow()
    expect((await live.counts()).transports['event-source'].sent).toBe(0)
  })

  test('that is late by one event', async () => {
    const { live, events } = liveOf(server)
    await live.fault('event-source', 'one-late')
    const stream = await events()
    await live.publish(3)
    await stream.nextBlock()
    expect((await stream.next()).id).toBe('1')
    expect((await stream.next()).id).toBe('2')
    await live.fault('event-source', 'cut')
    // The third event is still held back.
    await expect(stream.nextBlock()).rejects.toThrow()
  })

  test('that is a page of a portal', async () => {
    const { live, events } = liveOf(server)
    await live.fault('event-source', 'portal')
    const { response, rest } = await events()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html'])
    expect(await rest()).toContain('terms of this network')
  })

  test('that is cut in the middle of an event', async () => {
    const { live, events } = liveOf(server)
    const stream = await events()
    expect(await stream.nextBlock()).toBe(': hi')
    await live.fault('event-source', 'cut')
    expect(String(await stream.nextChunk())).toBe('id: 1')
    await expect(stream.nextChunk()).rejects.toThrow()
    const again = await events()
    await live.publish(1)
    await again.nextBlock()
    expect((await again.next()).id).toBe('1')
    again.leave()
  })

  test('that is silent after its greeting, and one that ends there', async () => {
    const { live, events } = liveOf(server)
    await live.publish(1)
    await live.fault('event-source', 'closes')
    expect(await (await events()).rest()).toBe(': hi\n\n')
    await live.fault('event-source', 'silent')
    const stream = await events()
    expect(await stream.nextBlock()).toBe(': hi')
    expect((await live.counts()).transports['event-source']).toMatchObject({ open: 1, sent: 0 })
    stream.leave()
  })

  test('that becomes half-open', async () => {
    const { live, events } = liveOf(server)
    const stream = await events()
    await stream.nextBlock()
    await live.fault('event-source', 'half-open')
    await live.publish(1)
    expect((await live.counts()).transports['event-source']).toMatchObject({ open: 0, frozen: 1, sent: 0 })
    stream.leave()
    await untilCounts(live, ({ transports }) => transports['event-source'].frozen === 0)
  })

  test('that swallows a message', async () => {
    const { live, events } = liveOf(server)
    await live.fault('event-source', 'swallow', { messages: [1] })
    await live.publish(2)
    const stream = await events()
    await stream.nextBlock()
    expect((await stream.next()).id).toBe('2')
    stream.leave()
  })
})

describe('the document for an iframe', () => {
  test('that is cut in the middle of a script', async () => {
    const { live, frame } = liveOf(server)
    const document = await frame()
    let html = ''
    while (!html.includes('receive()')) html += String(await document.nextChunk())
    await live.fault('frame', 'cut')
    expect(String(await document.nextChunk())).toBe('<script>parent.receive("')
    await expect(document.nextChunk()).rejects.toThrow()
  })

  test('that is held back before its first byte', async () => {
    const { live, frame } = liveOf(server)
    await live.fault('frame', 'held-back')
    const document = await frame()
    expect(document.response.status).toBe(200)
    await live.fault('frame', 'cut')
    await expect(document.nextChunk()).rejects.toThrow()
  })
})

describe('a poll', () => {
  test('that is cut while it is held, and once in its response', async () => {
    const { live, poll } = liveOf(server)
    const held = poll()
    await untilCounts(live, ({ transports }) => transports['long-poll'].open === 1)
    await live.fault('long-poll', 'cut')
    await expect(held).rejects.toThrow()
    await live.publish(1)
    const cut = await poll()
    expect(cut.status).toBe(200)
    await expect(cut.text()).rejects.toThrow()
    expect((await live.counts()).transports['long-poll'].sent).toBe(0)
    expect(await (await poll()).json()).toMatchObject({ items: [{ seq: 1 }] })
  })

  test('that becomes half-open while it is held', async () => {
    const { live, poll } = liveOf(server)
    const controller = new AbortController()
    const held = fetch(live.url, { signal: controller.signal })
    await untilCounts(live, ({ transports }) => transports['long-poll'].open === 1)
    await live.fault('long-poll', 'half-open')
    await live.publish(1)
    expect((await poll()).status).toBe(200)
    expect((await live.counts()).transports['long-poll']).toMatchObject({ open: 0, frozen: 1 })
    controller.abort()
    await expect(held).rejects.toThrow()
    await untilCounts(live, ({ transports }) => transports['long-poll'].frozen === 0)
  })

  test('that swallows a message and moves the cursor', async () => {
    const { live, poll } = liveOf(server)
    await live.fault('short-poll', 'swallow', { messages: [2] })
    await live.publish(2)
    expect(await (await poll('?wait=0')).json()).toMatchObject({ items: [{ seq: 1 }], next: '2' })
    expect(await (await poll('?wait=0&after=1')).json()).toMatchObject({ items: [{ seq: 2 }], next: '2' })
  })
})

test('a POST whose response is lost has appended its message', async () => {
  const { live, post } = liveOf(server)
  await live.fault('post', 'cut')
  const key = { 'Idempotency-Key': 'k' }
  await expect(post({ text: 'one' }, key)).rejects.toThrow()
  expect(await (await post({ text: 'one' }, key)).json()).toMatchObject({ seq: 1, duplicate: true })
})

test('the server closes while a log is published, and while connections are frozen and held back', async () => {
  const own = await startDemoServer()
  const { live, socket, events, poll } = liveOf(own)
  await socket()
  await live.fault('web-socket', 'half-open')
  await live.fault('event-source', 'held-back')
  await events()
  await live.fault('long-poll', 'unanswered')
  const held = poll()
  await untilCounts(live, ({ transports }) => transports['long-poll'].open === 1)
  await live.publish(1_000, { rate: 10 })
  await own.close()
  await expect(held).rejects.toThrow()
})
