import * as v from 'valibot'
import { binary, json } from '../../src/shared/codec.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { type WebSocketOptions, createWebSocket } from '../../src/web-socket/index.ts'
import { extendEnvironment } from '../web-socket/harness.ts'
import {
  BAD_URLS,
  PLACE,
  type Row,
  SECRET,
  circular,
  fail,
  failureOf,
  gather,
  thrown,
  unheard,
} from './secret.ts'

type Options = Omit<WebSocketOptions<unknown, unknown, unknown>, 'select'>

/** A client whose URL is a secret, dialling. */
async function dialling(
  options: Options = {},
  url: Parameters<typeof createWebSocket>[0] = PLACE,
  environment = createTestEnvironment({ baseUrl: undefined }),
) {
  const client = createWebSocket<unknown, unknown, unknown>(url, { environment, ...options })
  const told = gather(client, environment)
  client.open()
  await environment.advance(0)
  return { client, environment, told }
}

async function connected(options: Options = {}) {
  const set = await dialling(options)
  set.environment.socket.accept()
  return set
}

/** A message that cannot be read, where somebody listens for errors, and where nobody does. */
const unreadable = (name: string, codec: Options['codec'], raw = `{"${SECRET}":"${SECRET}`): Row[] => {
  const find: Row['find'] = (error) => error.code === 'decode' && error.raw
  return [
    {
      code: 'decode',
      name: `a message: ${name}`,
      async make() {
        const { environment, told } = await connected({ codec })
        environment.socket.receive(raw)
        return told()
      },
      find,
    },
    {
      code: 'decode',
      name: `a message, and nobody listens: ${name}`,
      async make() {
        const environment = createTestEnvironment()
        const client = createWebSocket<unknown, unknown>(PLACE, { environment, codec })
        client.open()
        await environment.advance(0)
        environment.socket.accept()
        environment.socket.receive(raw)
        return unheard(client, environment.errors)
      },
      find,
    },
  ]
}

const unsendable = (name: string, options: Options, message: unknown): Row => ({
  code: 'encode',
  name: `a message to send: ${name}`,
  async make() {
    const { client, environment } = await connected(options)
    environment.socket.send = fail
    return failureOf(() => client.send(message))
  },
  find: (error) => error.code === 'encode' && error.value,
})

const dropped = (name: string, make: Row['make']): Row => ({
  code: 'dropped',
  name: `a message that was not sent: ${name}`,
  make,
  find: (error) => error.code === 'dropped' && error.messages,
})

const provider = (name: string, options: Options, url?: Parameters<typeof createWebSocket>[0]): Row => ({
  code: 'provider',
  name: `what a function throws: ${name}`,
  make: async () => (await dialling(options, url)).told(),
  find: thrown,
})

const closing = (name: string, options: Options): Row => ({
  code: 'provider',
  name: `what a function throws: ${name}`,
  async make() {
    const { environment, told } = await connected(options)
    environment.socket.receive(SECRET)
    await environment.advance(25_000)
    environment.socket.end(1006, SECRET)
    return told()
  },
  find: thrown,
})

const schema = v.object({ kind: v.literal('greeting') })
const refusedBySchema = JSON.stringify({ kind: SECRET, [SECRET]: SECRET })

const broken: Row[] = [
  {
    code: 'bad-protocols',
    name: 'subprotocols, and what the platform says of them',
    async make() {
      const Broken = function () {
        throw new SyntaxError(`${SECRET} is no subprotocol of ${PLACE}`)
      } as unknown as typeof WebSocket
      const own = extendEnvironment(createTestEnvironment(), { WebSocket: Broken })
      return (await dialling({ protocols: [SECRET, `${SECRET} x`] }, PLACE, own)).told()
    },
    find: thrown,
  },
  {
    code: 'unsupported',
    name: 'the URL, where there is no WebSocket',
    make: async () =>
      (
        await dialling({}, PLACE, extendEnvironment(createTestEnvironment(), { WebSocket: undefined }))
      ).told(),
  },
  {
    code: 'bad-close',
    name: 'a close reason that is too long',
    make: async () => failureOf((await connected()).client.close.bind(undefined, 4000, SECRET.repeat(20))),
  },
  {
    code: 'bad-close',
    name: 'the reason in the place of the code',
    make: async () => failureOf((await connected()).client.close.bind(undefined, SECRET as never)),
    find: (error) => error.code === 'bad-close' && error.closeCode,
  },
]

const ended: Row[] = [
  {
    code: 'connect-failed',
    name: 'the close reason of a handshake, and the URL',
    async make() {
      const { environment, told } = await dialling({ protocols: [SECRET] })
      environment.socket.end(1011, SECRET, true)
      return told()
    },
    find: (error) => error.code === 'connect-failed' && error.reason,
  },
  {
    code: 'closed',
    name: 'the close reason, and the URL',
    async make() {
      const { environment, told } = await connected({ retry: { limit: 0 } })
      environment.socket.end(4000, SECRET, true)
      return told()
    },
    find: (error) => error.code === 'closed' && error.reason,
  },
  {
    code: 'timeout',
    name: 'the URL of a server that does not answer',
    async make() {
      const { environment, told } = await dialling({ protocols: [SECRET] })
      await environment.advance(10_000)
      return told()
    },
  },
  {
    code: 'overflow',
    name: 'messages that a loop is too slow for',
    async make() {
      const { client, environment } = await connected()
      const loop = client[Symbol.asyncIterator]()
      const first = loop.next()
      for (let count = 0; count <= 200_001; count++) environment.socket.receive(SECRET)
      await first
      return failureOf(async () => {
        while (!(await loop.next()).done);
      })
    },
  },
]

const notSent: Row[] = [
  dropped('it is closed, and nobody listens', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket(PLACE, { environment })
    client.close()
    client.send(SECRET)
    return unheard(client, environment.errors)
  }),
  dropped('it is closed while it waits', async () => {
    const { client, told } = await dialling()
    client.send(SECRET)
    client.close()
    return told()
  }),
  dropped('another destination', async () => {
    const { client, environment, told } = await dialling()
    client.send(SECRET)
    client.setOptions('https://b.example', { environment })
    await environment.advance(0)
    return told()
  }),
  dropped('the outbox is full', async () => {
    const { client, told } = await dialling({ outbox: { messages: 1 } })
    client.send(SECRET)
    client.send('x')
    return told()
  }),
  dropped('the outbox is full, and refuses it', async () => {
    const { client } = await dialling({ outbox: { messages: 0, overflow: 'reject' } })
    return failureOf(() => client.send(SECRET))
  }),
]

export const webSocketRows: readonly Row[] = [
  ...BAD_URLS.map(([name, url]): Row => ({
    code: 'bad-url',
    name: `the URL of a WebSocket: ${name}`,
    make: async () => (await dialling({}, url)).told(),
    find: (error) => error.code === 'bad-url' && error.url,
  })),
  ...unreadable('the codec throws', { decode: fail, encode: String }),
  ...unreadable('it is not JSON', json()),
  ...unreadable('the schema repeats it', json(schema), refusedBySchema),
  ...unreadable('it is text', binary()),
  unsendable('the codec throws', { codec: { decode: String, encode: fail } }, SECRET),
  unsendable('it contains itself', { codec: json() }, circular()),
  unsendable('the schema refuses it', { codec: json(v.unknown(), schema) as never }, { kind: SECRET }),
  unsendable('an object without a codec', {}, { [SECRET]: SECRET }),
  unsendable('the platform refuses it', {}, SECRET),
  provider('url', {}, fail),
  provider('url, which rejects', {}, () => Promise.reject(new Error(SECRET))),
  provider('url, which throws a text', {}, () => Promise.reject(SECRET)),
  provider('protocols', { protocols: fail }),
  closing('retry.when', { retry: { when: fail } }),
  closing('retry.delay', { retry: { delay: fail } }),
  closing('heartbeat.isReply', { heartbeat: { isReply: fail } }),
  closing('heartbeat.message', { heartbeat: { message: fail } }),
  ...broken,
  ...ended,
  ...notSent,
]
