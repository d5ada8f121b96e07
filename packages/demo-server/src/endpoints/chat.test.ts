import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { connectTo, refusalOf, type TestClient } from '../testing/client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

async function enter(room: string, name: string): Promise<TestClient> {
  const client = await connectTo(`${server.url}/chat/${room}?name=${name}`)
  expect(await client.nextJson()).toMatchObject({ type: 'members', you: name })
  return client
}

test('all members of a room receive all messages, in order and numbered', async () => {
  const ann = await enter('lobby', 'ann')
  const bob = await enter('lobby', 'bob')
  expect(await ann.nextJson()).toEqual({ type: 'joined', name: 'bob' })
  ann.sendJson({ type: 'say', text: 'one' })
  ann.sendJson({ type: 'say', text: 'two' })
  for (const client of [ann, bob]) {
    expect(await client.nextJson()).toMatchObject({
      type: 'said',
      seq: 1,
      id: 'lobby-1',
      from: 'ann',
      text: 'one',
    })
    expect(await client.nextJson()).toMatchObject({
      type: 'said',
      seq: 2,
      id: 'lobby-2',
      from: 'ann',
      text: 'two',
    })
  }
  await bob.leave()
  expect(await ann.nextJson()).toEqual({ type: 'left', name: 'bob' })
  await ann.leave()
})

test('other rooms receive nothing', async () => {
  const ann = await enter('one', 'ann')
  const bob = await enter('two', 'bob')
  ann.sendJson({ type: 'say', text: 'hello' })
  expect(await ann.nextJson()).toMatchObject({ text: 'hello' })
  bob.sendJson({ type: 'say', text: 'mine' })
  expect(await bob.nextJson()).toMatchObject({ text: 'mine', seq: 1 })
  await Promise.all([ann.leave(), bob.leave()])
})

test('a message to named recipients reaches them and the sender only', async () => {
  const ann = await enter('named', 'ann')
  const bob = await enter('named', 'bob')
  const eve = await enter('named', 'eve')
  ann.sendJson({ type: 'say', text: 'secret', to: ['bob'] })
  ann.sendJson({ type: 'say', text: 'public' })
  // The next message for Eve is the public one, so she did not receive the secret.
  expect(await bob.nextJson()).toEqual({ type: 'joined', name: 'eve' })
  expect(await bob.nextJson()).toMatchObject({ text: 'secret', to: ['bob'], seq: 1 })
  expect(await eve.nextJson()).toMatchObject({ text: 'public', seq: 2 })
  for (const name of ['bob', 'eve']) expect(await ann.nextJson()).toEqual({ type: 'joined', name })
  expect(await ann.nextJson()).toMatchObject({ text: 'secret', to: ['bob'] })
  expect(await ann.nextJson()).toMatchObject({ text: 'public' })
  await Promise.all([ann.leave(), bob.leave(), eve.leave()])
})

test('the sender receives the names of the recipients who are not in the room', async () => {
  const ann = await enter('absent', 'ann')
  ann.sendJson({ type: 'say', text: 'hi', to: ['zoe'] })
  expect(await ann.nextJson()).toMatchObject({ type: 'said', to: ['zoe'] })
  expect(await ann.nextJson()).toMatchObject({ type: 'problem', code: 'unknown-recipient', names: ['zoe'] })
  await ann.leave()
})

test('two connections with one name are one member', async () => {
  const ann = await enter('tabs', 'ann')
  const first = await enter('tabs', 'bob')
  expect(await ann.nextJson()).toEqual({ type: 'joined', name: 'bob' })
  const second = await connectTo(`${server.url}/chat/tabs?name=bob`)
  expect(await second.nextJson()).toEqual({ type: 'members', you: 'bob', names: ['ann', 'bob'], seq: 0 })
  await first.leave()
  second.sendJson({ type: 'say', text: 'still here' })
  expect(await ann.nextJson()).toMatchObject({ type: 'said', from: 'bob' })
  await second.leave()
  expect(await ann.nextJson()).toEqual({ type: 'left', name: 'bob' })
  await ann.leave()
})

test('numbers continue after a room was empty', async () => {
  const before = await enter('later', 'ann')
  before.sendJson({ type: 'say', text: 'one' })
  expect(await before.nextJson()).toMatchObject({ seq: 1 })
  await before.leave()
  const after = await connectTo(`${server.url}/chat/later?name=ann`)
  expect(await after.nextJson()).toMatchObject({ type: 'members', seq: 1 })
  await after.leave()
})

test.each([
  ['text that is not JSON', 'hello', 'bad-json'],
  ['JSON that is no object', '[1]', 'bad-input'],
  ['an unknown type', '{"type":"shout","text":"a"}', 'bad-input'],
  ['no text', '{"type":"say"}', 'bad-input'],
  ['an object as text', '{"type":"say","text":{}}', 'bad-input'],
  ['too much text', JSON.stringify({ type: 'say', text: 'x'.repeat(16_385) }), 'bad-input'],
  ['recipients that are not a list', '{"type":"say","text":"a","to":"bob"}', 'bad-input'],
  ['an unknown field', '{"type":"say","text":"a","too":["bob"]}', 'bad-input'],
])('responds to %s with a problem, and stays open', async (_, text, code) => {
  const client = await enter('problems', 'ann')
  client.socket.send(text)
  expect(await client.nextJson()).toMatchObject({ type: 'problem', code })
  client.socket.send('ping')
  expect(await client.next()).toBe('pong')
  await client.leave()
})

test('responds to a binary message with a problem', async () => {
  const client = await enter('binary', 'ann')
  client.socket.send(Buffer.from('{}'))
  expect(await client.nextJson()).toMatchObject({ type: 'problem', code: 'text-only' })
  await client.leave()
})

test('a message above the size limit closes with 1009', async () => {
  const client = await enter('large', 'ann')
  client.socket.send('x'.repeat(1024 * 1024 + 1))
  expect((await client.closed).code).toBe(1009)
})

test.each(['', '?name=', `?name=${'x'.repeat(41)}`])(
  'refuses a handshake without a valid name: %s',
  async (query) => {
    const { status, body } = await refusalOf(`${server.url}/chat/lobby${query}`)
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code: 'bad-input', field: 'name' })
  },
)
