import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DemoServer, startDemoServer } from '../demo-server.ts'
import { requestJson } from '../testing/control.ts'
import { connectTo, refusalOf } from '../testing/client.ts'

let server: DemoServer
beforeAll(async () => {
  server = await startDemoServer()
})
afterAll(() => server.close())

test('echo returns text and binary unchanged', async () => {
  const client = await connectTo(`${server.url}/echo`)
  const messages = [
    '',
    'text',
    'Zürich 🪢',
    '{"a":1}',
    Buffer.alloc(0),
    Buffer.from([0, 255, 128, 10]),
    Buffer.from('ping'),
  ]
  for (const message of messages) client.socket.send(message)
  for (const message of messages) expect(await client.next()).toEqual(message)
  await client.leave()
})

test('echo returns a message of the largest size', async () => {
  const client = await connectTo(`${server.url}/echo`)
  const large = Buffer.alloc(1024 * 1024, 7)
  client.socket.send(large)
  expect(large.equals(Buffer.from(await client.next()))).toBe(true)
  await client.leave()
})

test('echo uses the first offered subprotocol', async () => {
  const client = await connectTo(`${server.url}/echo`, ['b', 'a'])
  expect(client.socket.protocol).toBe('b')
  await client.leave()
})

test.each([
  [['v1.tautline', 'v2.tautline'], 'v2.tautline'],
  [['other', 'v1.tautline'], 'v1.tautline'],
])('chooses among %j the subprotocol %s, and sends its name', async (offered, protocol) => {
  const client = await connectTo(`${server.url}/protocols`, offered)
  expect(client.socket.protocol).toBe(protocol)
  expect(await client.nextJson()).toEqual({ type: 'protocol', protocol, offered })
  await client.leave()
})

test.each([[[]], [['other']]])('refuses a handshake without a supported subprotocol: %j', async (offered) => {
  const { status, body } = await refusalOf(`${server.url}/protocols`, offered)
  expect(status).toBe(400)
  expect(JSON.parse(body)).toMatchObject({ code: 'no-protocol' })
})

test.each([
  ['', 'token missing'],
  ['?token=bad', 'token not accepted'],
])('closes a bad token with 4401, or refuses it with 401: %s', async (query, reason) => {
  const client = await connectTo(`${server.url}/private${query}`)
  expect(await client.closed).toEqual({ code: 4401, reason })
  const separator = query === '' ? '?' : '&'
  const { status, body } = await refusalOf(`${server.url}/private${query}${separator}reject=http`)
  expect(status).toBe(401)
  expect(JSON.parse(body)).toMatchObject({ code: 'unauthorized', detail: reason })
})

test('accepts the good token', async () => {
  const client = await connectTo(`${server.url}/private?token=good`)
  expect(await client.nextJson()).toEqual({ type: 'welcome' })
  client.socket.send('hello')
  expect(await client.next()).toBe('hello')
  await client.leave()
})

async function issue(): Promise<string> {
  const { status, body } = await requestJson(`${server.url}/control/token`, 'POST')
  expect([status, body]).toEqual([201, { token: expect.any(String) }])
  return String(Object(body).token)
}

test('accepts an issued token until it expires, and then closes its connections', async () => {
  const [token, other] = [await issue(), await issue()]
  const client = await connectTo(`${server.url}/private?token=${token}`)
  const bystander = await connectTo(`${server.url}/private?token=${other}`)
  expect(await client.nextJson()).toEqual({ type: 'welcome' })
  expect((await requestJson(`${server.url}/control/token/expire`, 'POST', { token })).body).toEqual({
    expired: 1,
  })
  expect(await client.closed).toEqual({ code: 4401, reason: 'token expired' })
  const again = await connectTo(`${server.url}/private?token=${token}`)
  expect(await again.closed).toEqual({ code: 4401, reason: 'token not accepted' })
  expect(bystander.socket.readyState).toBe(bystander.socket.OPEN)
  expect((await requestJson(`${server.url}/control/token/expire`, 'POST')).body).toEqual({ expired: 1 })
  expect((await bystander.closed).code).toBe(4401)
})
