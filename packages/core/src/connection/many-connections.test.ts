import { expect, test } from 'vitest'
import { createFetch } from '../fetch/index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { type WebSocketOptions, createWebSocket } from '../web-socket/index.ts'

/** A hundred open connections, each to its own URL. */
async function openHundred(options: WebSocketOptions = {}) {
  const environment = createTestEnvironment()
  const clients = Array.from({ length: 100 }, (_, number) =>
    createWebSocket(`/room/${number}`, { environment, ...options }),
  )
  const acceptAll = async () => {
    await environment.advance(250)
    for (const socket of environment.sockets.slice(-100)) socket.accept()
  }
  for (const client of clients) client.open()
  await acceptAll()
  const statuses = () => [...new Set(clients.map((client) => client.getSnapshot().status))]
  return { environment, clients, acceptAll, statuses }
}

test('a hundred connections subscribe to the page once, and the last one unsubscribes', async () => {
  const { environment, clients, statuses } = await openHundred()
  expect([statuses(), environment.listeners]).toEqual([['open'], 1])
  for (const client of clients.slice(1)) client.close()
  expect(environment.listeners).toBe(1)
  clients[0]?.close()
  expect(environment.listeners).toBe(0)
})

test('connections and requests of an environment share one subscription to the page', async () => {
  const { environment, clients } = await openHundred()
  const fetching = createFetch('/users', { environment })
  void fetching.execute().catch(() => {})
  await environment.advance(0)
  expect([environment.requests.length, environment.listeners]).toEqual([1, 1])
  environment.request.respond({ headers: { 'content-type': 'text/plain' } })
  environment.request.end()
  await environment.advance(0)
  for (const client of clients) client.close()
  expect(environment.listeners).toBe(0)
})

test('a hundred connections close when the page goes into the back/forward cache, and open again after it', async () => {
  const { environment, acceptAll, statuses } = await openHundred()
  environment.emitPageEvent('pagehide')
  expect(statuses()).toEqual(['backoff'])
  expect(environment.sockets.every(({ closedWith }) => closedWith?.code === 1000)).toBe(true)
  await environment.advance(60_000)
  expect([environment.sockets.length, environment.timers, environment.listeners]).toEqual([100, 0, 1])
  environment.emitPageEvent('pageshow')
  await environment.advance(1000)
  await acceptAll()
  expect([environment.sockets.length, statuses()]).toEqual([200, ['open']])
})

test('a connection that opens late knows that the network is offline: it does not retry until it is online', async () => {
  const { environment } = await openHundred()
  environment.emitPageEvent('offline')
  const late = createWebSocket('/late', { environment })
  late.open()
  await environment.advance(0)
  environment.socket.refuse()
  expect(late.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
})

test('a connection that opens late on a hidden page waits, if it pauses while hidden', async () => {
  const { environment } = await openHundred()
  environment.emitPageEvent('hidden')
  const late = createWebSocket('/late', { environment, pause: { hidden: true } })
  late.open()
  await environment.advance(0)
  expect(environment.sockets).toHaveLength(100)
  expect(late.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'visible' })
})
