import * as v from 'valibot'
import { binary, json } from '../../src/shared/codec.ts'
import { createTestEnvironment } from '../../src/testing/index.ts'
import { type WebSocketOptions, createWebSocket, pings, silence } from '../../src/web-socket/index.ts'
import { extendEnvironment } from '../web-socket/harness.ts'
import {
  BAD_URLS,
  SECRET_URL,
  type Row,
  SECRET,
  circular,
  fail,
  failureOf,
  gather,
  thrown,
  unhandledReports,
} from './secret.ts'

type Options = Omit<WebSocketOptions<unknown, unknown, unknown>, 'select'>

/** Creates a client whose URL is a secret, and connects. */
async function connecting(
  options: Options = {},
  url: Parameters<typeof createWebSocket>[0] = SECRET_URL,
  environment = createTestEnvironment({ baseUrl: undefined }),
) {
  const client = createWebSocket<unknown, unknown, unknown>(url, { environment, ...options })
  const reported = gather(client, environment)
  client.open()
  await environment.advance(0)
  return { client, environment, reported }
}

async function connected(options: Options = {}) {
  const set = await connecting(options)
  set.environment.socket.accept()
  return set
}

/** Receives a message that cannot be decoded, with and without listeners for errors. */
const unreadable = (
  name: string,
  codec: Options['codec'],
  raw: string | Blob = `{"${SECRET}":"${SECRET}`,
): Row[] => {
  // The text of a Blob could only be read asynchronously.
  const find: Row['find'] = (error) =>
    error.code === 'decode' && (error.raw instanceof Blob && error.raw === raw ? SECRET : error.raw)
  return [
    {
      code: 'decode',
      name: `a message: ${name}`,
      async make() {
        const { environment, reported } = await connected({ codec })
        environment.socket.receive(raw)
        return reported()
      },
      find,
    },
    {
      code: 'decode',
      name: `a message, without listeners: ${name}`,
      async make() {
        const environment = createTestEnvironment()
        const client = createWebSocket<unknown, unknown>(SECRET_URL, { environment, codec })
        client.open()
        await environment.advance(0)
        environment.socket.accept()
        environment.socket.receive(raw)
        return unhandledReports(client, environment.errors)
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
  make: async () => (await connecting(options, url)).reported(),
  find: thrown,
})

/** @param find where the secret is; by default in the thrown error */
const closing = (name: string, options: Options, find: Row['find'] | null = thrown): Row => ({
  code: 'provider',
  name: `what a function throws: ${name}`,
  async make() {
    const { environment, reported } = await connected(options)
    environment.socket.receive(SECRET)
    await environment.advance(25_000)
    environment.socket.end(1006, SECRET)
    return reported()
  },
  ...(find && { find }),
})

const schema = v.object({ kind: v.literal('greeting') })
const refusedBySchema = JSON.stringify({ kind: SECRET, [SECRET]: SECRET })

const broken: Row[] = [
  {
    code: 'bad-protocols',
    name: 'subprotocols, and the error of the platform',
    async make() {
      const Broken = function () {
        throw new SyntaxError(`${SECRET} is no subprotocol of ${SECRET_URL}`)
      } as unknown as typeof WebSocket
      const own = extendEnvironment(createTestEnvironment(), { WebSocket: Broken })
      return (await connecting({ protocols: [SECRET, `${SECRET} x`] }, SECRET_URL, own)).reported()
    },
    find: thrown,
  },
  {
    code: 'unsupported',
    name: 'the URL, without WebSocket',
    make: async () =>
      (
        await connecting({}, SECRET_URL, extendEnvironment(createTestEnvironment(), { WebSocket: undefined }))
      ).reported(),
  },
  {
    code: 'bad-close',
    name: 'a close reason that is too long',
    make: async () => failureOf((await connected()).client.close.bind(undefined, 4000, SECRET.repeat(20))),
  },
  {
    code: 'bad-close',
    name: 'the reason instead of the code',
    make: async () => failureOf((await connected()).client.close.bind(undefined, SECRET as never)),
    find: (error) => error.code === 'bad-close' && error.closeCode,
  },
]

const ended: Row[] = [
  {
    code: 'connect-failed',
    name: 'the close reason of a failed handshake, and the URL',
    async make() {
      const { environment, reported } = await connecting({ protocols: [SECRET] })
      environment.socket.end(1011, SECRET, true)
      return reported()
    },
    find: (error) => error.code === 'connect-failed' && error.reason,
  },
  {
    code: 'closed',
    name: 'the close reason, and the URL',
    async make() {
      const { environment, reported } = await connected({ retry: { limit: 0 } })
      environment.socket.end(4000, SECRET, true)
      return reported()
    },
    find: (error) => error.code === 'closed' && error.reason,
  },
  {
    code: 'timeout',
    name: 'the URL of a server that does not respond',
    async make() {
      const { environment, reported } = await connecting({ protocols: [SECRET] })
      await environment.advance(10_000)
      return reported()
    },
  },
  {
    code: 'overflow',
    name: 'messages for a loop that is too slow',
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
  dropped('after close(), without listeners', async () => {
    const environment = createTestEnvironment()
    const client = createWebSocket(SECRET_URL, { environment })
    client.close()
    client.send(SECRET)
    return unhandledReports(client, environment.errors)
  }),
  dropped('close() while it is queued', async () => {
    const { client, reported } = await connecting()
    client.send(SECRET)
    client.close()
    return reported()
  }),
  dropped('another URL', async () => {
    const { client, environment, reported } = await connecting()
    client.send(SECRET)
    client.setOptions('https://b.example', { environment })
    await environment.advance(0)
    return reported()
  }),
  dropped('the outbox is full', async () => {
    const { client, reported } = await connecting({ outbox: { messages: 1 } })
    client.send(SECRET)
    client.send('x')
    // What did not fit is reported once a tick.
    await Promise.resolve()
    return reported()
  }),
  dropped('the outbox is full and rejects it', async () => {
    const { client } = await connecting({ outbox: { messages: 0, overflow: 'reject' } })
    return failureOf(() => client.send(SECRET))
  }),
]

export const webSocketRows: readonly Row[] = [
  ...BAD_URLS.map(([name, url]): Row => ({
    code: 'bad-url',
    name: `the URL of a WebSocket: ${name}`,
    make: async () => (await connecting({}, url)).reported(),
    find: (error) => error.code === 'bad-url' && error.url,
  })),
  ...unreadable('the codec throws', { decode: fail, encode: String }),
  ...unreadable('it is not JSON', json()),
  ...unreadable('the error of the schema', json(schema), refusedBySchema),
  ...unreadable('a Blob for a binary codec', binary(), new Blob([SECRET])),
  unsendable('the codec throws', { codec: { decode: String, encode: fail } }, SECRET),
  unsendable('it contains itself', { codec: json() }, circular()),
  unsendable('the schema rejects it', { codec: json(v.unknown(), schema) as never }, { kind: SECRET }),
  unsendable('an object without a codec', {}, { [SECRET]: SECRET }),
  unsendable('the platform rejects it', {}, SECRET),
  provider('url', {}, fail),
  provider('url, which rejects', {}, () => Promise.reject(new Error(SECRET))),
  provider('url, which rejects with a text', {}, () => Promise.reject(SECRET)),
  provider('protocols', { protocols: fail }),
  closing('retry.when', { retry: { when: fail } }),
  closing('retry.delay', { retry: { delay: fail } }),
  closing('heartbeat.isReply', { heartbeat: pings({ isReply: fail }) }),
  closing('heartbeat.reply', { heartbeat: silence({ reply: fail }) }),
  closing(
    'heartbeat.reply, no message',
    { heartbeat: silence({ reply: () => ({ [SECRET]: 1 }) as never }) },
    null,
  ),
  closing('heartbeat.message, an object', { heartbeat: pings({ message: { [SECRET]: 1 } as never }) }, null),
  closing('heartbeat.message', { heartbeat: pings({ message: fail }) }),
  ...broken,
  ...ended,
  ...notSent,
]
