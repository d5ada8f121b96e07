import { expect, test } from 'vitest'
import { createFakeTransport } from '../../test/transports/harness.ts'
import { text } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { acknowledged, observeConnection, post } from './index.ts'

async function mount(...fields: ('transport' | 'cursor')[]) {
  const ws = createFakeTransport('web-socket')
  const sse = createFakeTransport('event-source')
  const environment = createTestEnvironment()
  const switches: string[] = []
  const observer = observeConnection([ws.option, sse.option], {
    environment,
    remember: false,
    onTransport: ({ from, to, why }) => switches.push(`${from} ${to} ${why}`),
  })
  for (const field of fields) observer.track(field)
  let notifications = 0
  observer.subscribe(() => notifications++)
  await environment.advance(0)
  ws.last.end()
  await environment.advance(0)
  sse.last.open()
  await environment.advance(34_000)
  return {
    ws,
    observer,
    switches,
    /** Returns how often the component is notified meanwhile. */
    async count(action: () => void) {
      const before = notifications
      action()
      await environment.advance(100)
      return notifications - before
    },
  }
}

test('another transport renders only a component that reads `transport`', async () => {
  const plain = await mount()
  expect(await plain.count(() => plain.ws.last.open())).toBe(0)
  expect(plain.observer.getSnapshot()).toMatchObject({ status: 'open', transport: 'web-socket' })
  const reading = await mount('transport')
  expect(await reading.count(() => reading.ws.last.open())).toBe(1)
  expect(reading.switches).toEqual(['web-socket event-source refused', 'event-source web-socket better'])
})

test('a message whose ID moves the cursor renders once', async () => {
  const page = await mount('cursor')
  page.ws.last.open()
  expect(await page.count(() => page.ws.last.message(1))).toBe(1)
  expect(page.observer.getSnapshot().cursor).toBe('1')
})

test('an unconfirmed message that the upstream does not take renders a component that reads `unconfirmed`', async () => {
  const ws = createFakeTransport('web-socket', { isDuplex: true })
  const sse = createFakeTransport('event-source')
  const environment = createTestEnvironment()
  const errors: string[] = []
  const observer = observeConnection<string, string>([ws.option, sse.option], {
    environment,
    remember: false,
    codec: text(),
    acks: acknowledged<string>({ key: (message) => message, isAck: () => undefined }),
    upstream: post('/send', { key: () => '' }),
    onError: ({ code }) => errors.push(code),
  })
  observer.track('unconfirmed')
  const shown: unknown[] = []
  observer.subscribe(() => shown.push(observer.getSnapshot().unconfirmed))
  await environment.advance(0)
  ws.last.open()
  observer.send('a')
  await environment.advance(100)
  ws.last.end()
  await environment.advance(0)
  sse.last.open()
  await environment.advance(100)
  expect(shown.slice(-2)).toEqual([1, 0])
  expect(errors).toEqual(['dropped'])
})
