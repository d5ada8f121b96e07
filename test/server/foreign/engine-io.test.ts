import { createServer } from 'node:http'
import { Server as EngineServer, type Socket } from 'engine.io'
import { Server as SocketIoServer } from 'socket.io'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Codec, createWebSocket, silence } from '@tautline/core/web-socket'
import { brisk, startForeign } from '../support/foreign-server.ts'
import { record } from '../support/recorded.ts'
import { openedTimes } from '../support/web-socket/raw-socket.ts'

// Engine.IO and Socket.IO: the server sends the pings. The tests speak its protocol, revision 4, over the WebSocket.

const path = (name: string) => `/${name}/?EIO=4&transport=websocket`

/** Answers the ping of the server. */
const heartbeat = (timeout = 60_000) => silence({ timeout, reply: (raw) => (raw === '2' ? '3' : undefined) })

/** A packet: its type in the first character, then its text. */
const packets: Codec<string> = { decode: String, encode: (text) => text }

const openClient = (
  environment: Awaited<ReturnType<typeof startForeign>>['environment'],
  target: string,
  timeout?: number,
) => {
  const client = createWebSocket(target, {
    ...brisk,
    environment,
    codec: packets,
    heartbeat: heartbeat(timeout),
  })
  onTestFinished(() => client.close())
  const socket = record<string, typeof client>(client)
  client.open()
  return socket
}

async function startEngine(pingInterval: number) {
  const http = createServer()
  const engine = new EngineServer({ pingInterval, pingTimeout: 60_000, transports: ['websocket'] })
  const received: string[] = []
  const sockets: Socket[] = []
  const pongs: string[] = []
  engine.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('packet', ({ type }: { type: string }) => void (type === 'pong' && pongs.push(type)))
    socket.on('message', (text: string) => {
      received.push(text)
      socket.send(`echo ${text}`)
    })
  })
  engine.attach(http, { path: '/engine.io' })
  onTestFinished(() => void engine.close())
  return { ...(await startForeign(http)), received, sockets, pongs }
}

const echoes = (messages: readonly string[]) => messages.filter((packet) => packet.startsWith('4echo'))

describe('Engine.IO', () => {
  test('[server-pings] replies to the pings of the server, and delivers none of them', async () => {
    const server = await startEngine(20)
    const socket = openClient(server.environment, path('engine.io'))
    await expect.poll(() => server.pongs.length).toBeGreaterThan(10)
    socket.client.send('4hello')
    await socket.until(({ messages }) => echoes(messages).length === 1)
    expect(socket.messages.map((packet) => packet[0])).toEqual(['0', '4'])
    expect([socket.errors, server.sockets.length, server.received]).toEqual([[], 1, ['hello']])
  })

  test('[every-message] a connection that is cut again and again: nothing is lost or doubled', async () => {
    const server = await startEngine(20)
    const socket = openClient(server.environment, path('engine.io'))
    const texts = Array.from({ length: 60 }, (_, number) => `message ${number}`)
    for (const [number, text] of texts.entries()) {
      if (number % 10 === 5) {
        server.cut()
        await socket.until(({ closes }) => closes.length > Math.floor(number / 10))
      }
      socket.client.send(`4${text}`)
      if (number % 10 === 4) await socket.until(({ messages }) => messages.at(-1) === `4echo ${text}`)
    }
    await socket.until(({ messages }) => messages.at(-1) === '4echo message 59')
    expect(server.received).toEqual(texts)
    expect(echoes(socket.messages)).toEqual(texts.map((text) => `4echo ${text}`))
    expect(server.sockets.length).toBe(7)
  })

  test('[server-pings] notices by silence that the connection is half-open', async () => {
    const server = await startEngine(50)
    const socket = openClient(server.environment, path('engine.io'), 2_000)
    await socket.until(({ messages }) => messages.length === 1)
    server.proxy.strike({ fault: 'half-open' })
    await socket.until(openedTimes(2))
    expect(socket.errors[0]).toMatchObject({ code: 'timeout' })
    socket.client.send('4still there?')
    await socket.until(({ messages }) => messages.at(-1) === '4echo still there?')
  })
})

/** Starts a Socket.IO server that returns each event with its value. */
async function startSocketIo() {
  const http = createServer()
  const io = new SocketIoServer(http, { pingInterval: 20, pingTimeout: 60_000, serveClient: false })
  io.on('connection', (socket) => {
    socket.onAny((name: string, value: unknown) => void socket.emit(name, { value }))
  })
  onTestFinished(() => io.close())
  return startForeign(http)
}

test('[handshake] Socket.IO: connects to a namespace by the handshake, and sends what was queued after it', async () => {
  const server = await startSocketIo()
  const client = createWebSocket(path('socket.io'), {
    ...brisk,
    environment: server.environment,
    codec: packets,
    heartbeat: heartbeat(),
    handshake: { message: '40', isReady: (raw) => typeof raw === 'string' && raw.startsWith('40') },
  })
  onTestFinished(() => client.close())
  const socket = record<string, typeof client>(client)
  client.open()
  client.send('42["news",1]')
  await socket.until(({ messages }) => messages.length === 1)
  server.cut()
  await socket.until(({ closes }) => closes.length === 1)
  client.send('42["news",2]')
  await socket.until(({ messages }) => messages.length === 2)
  expect(socket.messages).toEqual(['42["news",{"value":1}]', '42["news",{"value":2}]'])
})

test('[server-pings] Socket.IO: connects to a namespace, and sends and receives events', async () => {
  const server = await startSocketIo()
  const socket = openClient(server.environment, path('socket.io'))
  socket.client.on('open', () => void socket.client.send('40'))
  await socket.until(({ messages }) => messages.some((packet) => packet.startsWith('40')))
  for (const round of [1, 2, 3]) {
    socket.client.send(`42["news",${round}]`)
    await socket.until(({ messages }) => messages.at(-1) === `42["news",{"value":${round}}]`)
    const { length } = socket.messages
    server.cut()
    await socket.until(({ messages }) => messages.slice(length).some((packet) => packet.startsWith('40')))
  }
  const events = socket.messages.filter((packet) => packet.startsWith('42'))
  expect(events).toEqual([1, 2, 3].map((round) => `42["news",{"value":${round}}]`))
  expect(socket.messages.some((packet) => packet === '2')).toBe(false)
})
