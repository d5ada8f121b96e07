import { expect, test } from 'vitest'
import { createTestEnvironment } from '../testing/index.ts'
import { createFakeTransport, openConnection } from '../../test/transports/harness.ts'
import { eventSource } from './index.ts'

/** A connection over a stream that the server rejects with 503, and a fake transport that works. */
async function openRejected(headers: Record<string, string>) {
  const environment = createTestEnvironment()
  const works = createFakeTransport('works')
  const page = openConnection([eventSource('/sse'), works.option], {}, environment)
  const { requests } = environment
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      const before = requests.length
      await environment.advance(1000)
      works.last.open()
      works.last.message(1)
      if (requests.length > before) await reject()
    }
  }
  const reject = async () => {
    environment.request.respond({ status: 503, headers })
    environment.request.end()
    await environment.advance(0)
  }
  await environment.advance(0)
  await reject()
  works.last.open()
  works.last.message(1)
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'works' })
  return { ...page, works, requests, pass }
}

test('[connection-upgrade] a transport is not tried again before its Retry-After, of which at most five minutes count', async () => {
  const page = await openRejected({ 'retry-after': '3600' })
  await page.pass(299)
  expect(page.requests).toHaveLength(1)
  await page.pass(100)
  expect(page.requests).toHaveLength(2)
  await page.pass(200)
  expect(page.requests).toHaveLength(2)
  expect(page.shown()).toMatchObject({ status: 'open', transport: 'works' })
  page.connection.close()
  expect(page.environment.timers).toBe(0)
})

test('[connection-upgrade] a visible page or another network brings no upgrade forward over it', async () => {
  const page = await openRejected({ 'retry-after': '100' })
  for (const event of ['hidden', 'visible', 'offline', 'online'] as const) {
    await page.pass(10)
    page.environment.emitPageEvent(event)
  }
  await page.pass(55)
  expect(page.requests).toHaveLength(1)
  await page.pass(60)
  expect(page.requests).toHaveLength(2)
  page.connection.close()
})

test('[connection-upgrade] without Retry-After the waits are those of `upgrade`', async () => {
  const page = await openRejected({})
  await page.pass(600)
  expect(page.requests.length).toBeGreaterThan(3)
  page.connection.close()
})
