import { expect } from 'vitest'
import type { SocketPage } from './page.ts'
import type { SocketScenario } from './scenarios.ts'

/** Nothing follows: no dial and no timer, however long one waits. */
async function expectFinal(page: SocketPage, dials: number): Promise<void> {
  expect(page.timers).toBe(0)
  await page.advance(3_600_000)
  expect(page.server.peers).toHaveLength(dials)
}

export const closing: readonly SocketScenario[] = [
  {
    name: '4: close() is final: the server hears code and reason, and nothing follows',
    async run(page) {
      const heard: unknown[] = []
      const one = await page.mountOpen('/end', { onMessage: (message) => heard.push(message) })
      one.close(4000, 'enough')
      page.server.peer.say('too late')
      await page.until(() => expect(page.server.peer.closed).toEqual({ code: 4000, reason: 'enough' }))
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      await expectFinal(page, 1)
      expect(heard).toEqual([])
    },
  },
  {
    name: '4: close() before the socket exists opens nothing',
    async run(page) {
      const one = page.mount('/early')
      one.close()
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      await expectFinal(page, 0)
    },
  },
  {
    name: '4: close() during connecting gives the socket up',
    async run(page) {
      const { environment, sockets } = page.silent
      const one = page.mount('/slow', { environment })
      await page.until(() => expect(sockets).toHaveLength(1))
      one.close()
      expect(sockets[0]?.closedWith).toBeDefined()
      sockets[0]?.accept()
      await expectFinal(page, 0)
      expect(sockets).toHaveLength(1)
      expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'user' } })
    },
  },
  {
    name: '4: close() during backoff ends the waiting',
    async run(page) {
      const one = await page.mountOpen('/gone')
      page.server.peer.hangUp(1001)
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
      page.server.peer.say('go', 'stop', 'never')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'stop' }))
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
      await page.until(() => expect(page.server.peers).toHaveLength(2))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', closed: undefined }))
    },
  },
  {
    name: '5: reconnect() replaces a line that is open',
    async run(page) {
      const one = await page.mountOpen('/fresh')
      one.reconnect()
      await page.until(() => expect(page.server.peers).toHaveLength(2))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(page.server.peers[0]?.closed).toBeDefined()
    },
  },
  {
    name: '5: reconnect() works during connecting, during backoff and after close()',
    async run(page) {
      const { environment, sockets } = page.silent
      const one = page.mount('/any', { environment })
      await page.until(() => expect(sockets).toHaveLength(1))
      one.reconnect()
      await page.until(() => expect(sockets).toHaveLength(2))
      expect(sockets[0]?.closedWith).toBeDefined()
      sockets[1]?.refuse()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      one.reconnect()
      await page.until(() => expect(sockets).toHaveLength(3))
      sockets[2]?.accept()
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.close()
      one.reconnect()
      await page.until(() => expect(sockets).toHaveLength(4))
      sockets[3]?.accept()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', closed: undefined }))
      expect(sockets[2]?.closedWith).toBeDefined()
    },
  },
  {
    name: '5: reconnect() works when attempts are exhausted, and resets the count',
    async run(page) {
      page.server.onCall = (peer) => peer.hangUp(1001)
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
    name: '6: unmount closes what was opened, after the linger; no handler is called after it',
    async run(page) {
      const calls: string[] = []
      const one = await page.mountOpen('/leave', {
        linger: 1000,
        onMessage: () => calls.push('message'),
        onClose: () => calls.push('close'),
        onError: () => calls.push('error'),
      })
      one.unmount()
      page.server.peer.say('to nobody')
      await page.advance(999)
      expect(page.server.peer.closed).toBeUndefined()
      await page.advance(1)
      expect(page.server.peer.closed).toMatchObject({ code: 1000 })
      expect(calls).toEqual([])
    },
  },
  {
    name: '6: unmount during connecting gives the socket up',
    async run(page) {
      const { environment, sockets } = page.silent
      const one = page.mount('/hasty', { environment, linger: 0 })
      await page.until(() => expect(sockets).toHaveLength(1))
      one.unmount()
      expect(sockets[0]?.closedWith).toBeDefined()
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '6: unmount in the tick of the mount opens nothing',
    async run(page) {
      page.mount('/flash', { linger: 0 }).unmount()
      await page.settle()
      expect(page.server.peers).toEqual([])
    },
  },
]
