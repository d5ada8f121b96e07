import { expect } from 'vitest'
import type { StreamPage } from './page.ts'
import type { StreamScenario } from './scenarios.ts'

/** Nothing follows: no request and no timer, however long one waits. */
async function expectFinal(page: StreamPage, requests: number): Promise<void> {
  expect(page.timers).toBe(0)
  await page.advance(3_600_000)
  expect(page.server.calls).toHaveLength(requests)
}

export const closing: readonly StreamScenario[] = [
  {
    name: '4, 33: close() is final: the server sees the disconnect, and nothing follows',
    async run(page) {
      const heard: unknown[] = []
      const closes: unknown[] = []
      const one = await page.mountOpen('/end', {
        onMessage: (message) => heard.push(message),
        onClose: ({ error }) => closes.push(error),
      })
      page.server.call.say('too late')
      one.close()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      await expectFinal(page, 1)
      expect(heard).toEqual([])
      expect(closes).toEqual([undefined])
    },
  },
  {
    name: '4: close() before the request is made opens nothing',
    async run(page) {
      const one = page.mount('/early')
      one.close()
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      await expectFinal(page, 0)
    },
  },
  {
    name: '4: close() during connecting gives the request up',
    async run(page) {
      page.server.onCall = () => new Promise(() => {})
      const one = page.mount('/slow')
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.close()
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await expectFinal(page, 1)
      expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'user' } })
    },
  },
  {
    name: '4: close() during backoff ends the waiting',
    async run(page) {
      const one = await page.mountOpen('/gone')
      page.server.call.end()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      one.close()
      await page.until(() => expect(one.shown.status).toBe('closed'))
      await expectFinal(page, 1)
    },
  },
  {
    name: '4: close() inside a message handler: the rest of the same chunk is not delivered',
    async run(page) {
      const heard: unknown[] = []
      const one = await page.mountOpen('/chunk', {
        onMessage(message) {
          heard.push(message)
          if (message === 'stop') one.close()
        },
      })
      page.server.call.say('go', 'stop', 'never')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'stop' }))
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      await expectFinal(page, 1)
      expect(heard).toEqual(['go', 'stop'])
    },
  },
  {
    name: '4: open() after close() opens again',
    async run(page) {
      const one = await page.mountOpen('/again')
      one.close()
      one.open()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', closed: undefined }))
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
    },
  },
  {
    name: '5: reconnect() replaces a stream that is open',
    async run(page) {
      const one = await page.mountOpen('/fresh')
      one.reconnect()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.until(() => expect(page.server.calls[0]?.aborted).toBe(true))
    },
  },
  {
    name: '5: reconnect() inside a message handler: the rest of the same chunk is the old stream’s, and is not delivered',
    async run(page) {
      const heard: unknown[] = []
      const one = await page.mountOpen('/chunk', {
        onMessage(message) {
          heard.push(message)
          if (message === 'again') one.reconnect()
        },
      })
      page.server.call.say('a', 'again', 'never')
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      page.server.call.say('b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      expect(heard).toEqual(['a', 'again', 'b'])
    },
  },
  {
    name: '5: reconnect() works during connecting, during backoff and after close()',
    async run(page) {
      const { environment, requests } = page.silent
      const one = page.mount('/any', { environment })
      await page.until(() => expect(requests).toHaveLength(1))
      one.reconnect()
      await page.until(() => expect(requests).toHaveLength(2))
      expect(requests[0]?.aborted).toBe(true)
      requests[1]?.fail()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      one.reconnect()
      await page.until(() => expect(requests).toHaveLength(3))
      requests[2]?.respond()
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.close()
      one.reconnect()
      await page.until(() => expect(requests).toHaveLength(4))
      requests[3]?.respond()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', closed: undefined }))
      expect(requests[2]?.aborted).toBe(true)
    },
  },
  {
    name: '5: reconnect() works when attempts are exhausted, and resets the count',
    async run(page) {
      page.server.onCall = () => new Response(null, { status: 503 })
      const one = page.mount(
        '/down',
        { retry: { limit: 1, delay: () => 10 } },
        { shows: ['status', 'closed', 'attempt'] },
      )
      await page.until(() => expect(one.shown).toMatchObject({ status: 'backoff', attempt: 1 }))
      await page.advance(10)
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'exhausted' } }),
      )
      page.server.onCall = () => {}
      one.reconnect()
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'open', attempt: 0, closed: undefined }),
      )
    },
  },
  {
    name: '6: unmount gives up what was opened, after the linger; no handler is called after it',
    async run(page) {
      const calls: string[] = []
      const one = await page.mountOpen('/leave', {
        linger: 1000,
        onMessage: () => calls.push('message'),
        onClose: () => calls.push('close'),
        onError: () => calls.push('error'),
      })
      one.unmount()
      page.server.call.say('to nobody')
      await page.advance(999)
      expect(page.server.call.aborted).toBe(false)
      await page.advance(1)
      await page.until(() => expect(page.server.call.aborted).toBe(true))
      expect(calls).toEqual([])
    },
  },
  {
    name: '6: unmount during connecting gives the request up',
    async run(page) {
      const { environment, requests } = page.silent
      const one = page.mount('/hasty', { environment, linger: 0 })
      await page.until(() => expect(requests).toHaveLength(1))
      one.unmount()
      expect(requests[0]?.aborted).toBe(true)
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '6: unmount in the tick of the mount requests nothing',
    async run(page) {
      page.mount('/flash', { linger: 0 }).unmount()
      await page.settle()
      expect(page.server.calls).toEqual([])
    },
  },
]
