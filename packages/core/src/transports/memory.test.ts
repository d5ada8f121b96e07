import { afterEach, expect, test, vi } from 'vitest'
import { createThree, openConnection } from '../../test/transports/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { RememberedName } from './memory.ts'

afterEach(() => vi.unstubAllGlobals())

function createMemory(initial?: RememberedName) {
  const written: (RememberedName | undefined)[] = []
  return {
    written,
    read: () => (written.length > 0 ? written.at(-1) : initial),
    write: (remembered: RememberedName | undefined) => void written.push(remembered),
  }
}

async function openThree(options: Parameters<typeof openConnection>[1]) {
  const three = createThree()
  const page = openConnection([three.ws.option, three.sse.option, three.lp.option], options)
  await page.environment.advance(0)
  return { ...page, ...three }
}

test('[connection-memory] remembers a lower transport, and begins with it the next time', async () => {
  const remember = createMemory()
  const page = await openThree({ remember })
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.message(1)
  expect(remember.written).toEqual([{ name: 'event-source', at: page.environment.now() }])
  page.connection.close()
  const next = await openThree({ remember })
  expect([next.ws.starts.length, next.sse.starts.length]).toEqual([0, 1])
})

test('[connection-memory] a remembered transport is only a hint: the best one is tried soon, and others if it fails', async () => {
  const remember = createMemory({ name: 'long-poll', at: 1_000_000 })
  const page = await openThree({ remember })
  page.lp.last.message(1)
  await page.environment.advance(1300)
  page.ws.last.open()
  page.ws.last.byte()
  expect(page.shown().transport).toBe('web-socket')
  expect(remember.written.at(-1)).toBeUndefined()
  const failing = await openThree({ remember: createMemory({ name: 'long-poll', at: 1_000_000 }) })
  failing.lp.last.end()
  await failing.environment.advance(0)
  expect(failing.ws.starts).toHaveLength(1)
})

test.each([
  ['too old', { name: 'long-poll', at: 1_000_000 - 1_800_001 }],
  ['from the future', { name: 'long-poll', at: 2_000_000 }],
  ['of no transport in the list', { name: 'short-poll', at: 1_000_000 }],
])('begins with the best one if the memory is %s', async (_, remembered) => {
  const page = await openThree({ remember: createMemory(remembered) })
  expect([page.ws.starts.length, page.lp.starts.length]).toEqual([1, 0])
})

test('[connection-memory] is forgotten after offline and online', async () => {
  const remember = createMemory()
  const page = await openThree({ remember })
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.message(1)
  page.environment.emitPageEvent('offline')
  page.environment.emitPageEvent('online')
  expect(remember.written.at(-1)).toBeUndefined()
})

test('is forgotten when the type of the network changes, until the connection is closed', async () => {
  const network = Object.assign(new EventTarget(), { type: 'wifi', rtt: 50 })
  vi.stubGlobal('navigator', { connection: network })
  const remember = createMemory()
  const page = await openThree({ remember })
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.message(1)
  // Another estimate of the speed is no other network.
  network.rtt = 75
  network.dispatchEvent(new Event('change'))
  expect(remember.written.at(-1)).toMatchObject({ name: 'event-source' })
  network.type = 'cellular'
  network.dispatchEvent(new Event('change'))
  expect(remember.written.at(-1)).toBeUndefined()
  page.connection.close()
  const count = remember.written.length
  network.type = 'wifi'
  network.dispatchEvent(new Event('change'))
  expect(remember.written).toHaveLength(count)
})

test('uses sessionStorage by default, with the origin of the server and no path', async () => {
  const items = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  })
  const page = await openThree({ remember: undefined })
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.message(1)
  expect([...items.values()]).toEqual([`${page.environment.now()} event-source`])
  page.connection.close()
  const next = await openThree({ remember: undefined })
  expect(next.sse.starts).toHaveLength(1)
})

test.each([
  ['is forbidden', {}],
  [
    'throws',
    {
      getItem() {
        throw new Error('SecurityError')
      },
      setItem() {
        throw new Error('QuotaExceededError')
      },
    },
  ],
])('works without memory if sessionStorage %s', async (_, storage) => {
  vi.stubGlobal('sessionStorage', storage)
  const page = await openThree({ remember: undefined })
  page.ws.last.end()
  await page.environment.advance(0)
  page.sse.last.message(1)
  expect(page.shown().transport).toBe('event-source')
  expect(page.environment.errors).toEqual([])
})

test('remembers nothing on a server, which all users share', async () => {
  const setItem = vi.fn()
  vi.stubGlobal('sessionStorage', { getItem: () => null, setItem })
  const three = createThree()
  const page = openConnection(
    [three.ws.option, three.sse.option],
    { remember: undefined },
    createTestEnvironment({ isServer: true }),
  )
  await page.environment.advance(0)
  three.ws.last.end()
  await page.environment.advance(0)
  three.sse.last.message(1)
  expect(setItem).not.toHaveBeenCalled()
})
