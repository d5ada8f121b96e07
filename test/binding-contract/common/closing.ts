import { expect } from 'vitest'
import type { CommonScenario } from '../support/scenario.ts'
import { expectFinal } from './checks.ts'

export const closing: readonly CommonScenario[] = [
  {
    name: '[close] close() in the tick of the mount opens nothing',
    async run(page) {
      const one = page.mount('/early')
      one.close()
      await page.until(() => expect(one.shown.closed).toEqual({ by: 'user' }))
      await expectFinal(page, 0)
    },
  },
  {
    name: '[close] close() during connecting aborts the attempt',
    async run(page) {
      const { silent } = page
      const one = page.mount('/slow', { environment: silent.environment })
      await page.until(() => expect(silent.attempts).toHaveLength(1))
      one.close()
      expect(silent.attempts[0]?.isAborted).toBe(true)
      silent.attempts[0]?.accept()
      await expectFinal(page, 0)
      expect(silent.attempts).toHaveLength(1)
      expect(one.shown).toMatchObject({ status: 'closed', closed: { by: 'user' } })
    },
  },
  {
    name: '[close] close() during backoff cancels the retry',
    async run(page) {
      const one = await page.mountOpen('/gone')
      page.server.connection.cut()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      one.close()
      await page.until(() => expect(one.shown.status).toBe('closed'))
      await expectFinal(page, 1)
    },
  },
  {
    name: '[close] after close() in a message handler the rest of the chunk is not delivered',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/chunk', {
        onMessage(message) {
          received.push(message)
          if (message === 'stop') one.close()
        },
      })
      page.server.connection.send('go', 'stop', 'never')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', data: 'stop' }))
      await page.until(() => expect(page.server.unfinished).toEqual([]))
      await expectFinal(page, 1)
      expect(received).toEqual(['go', 'stop'])
    },
  },
  {
    name: '[close] open() after close() opens again',
    async run(page) {
      const one = await page.mountOpen('/again')
      one.close()
      one.open()
      await page.until(() => expect(page.server.connections).toHaveLength(2))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', closed: undefined }))
      await page.until(() => expect(page.server.connections[0]?.outcome).toBe('left'))
    },
  },
  {
    name: '[reconnect] reconnect() replaces an open connection',
    async run(page) {
      const one = await page.mountOpen('/fresh')
      one.reconnect()
      await page.until(() => expect(page.server.connections).toHaveLength(2))
      await page.until(() => expect(one.shown.status).toBe('open'))
      await page.until(() => expect(page.server.connections[0]?.outcome).toBe('left'))
    },
  },
  {
    name: '[reconnect] reconnect() works during connecting, during backoff and after close()',
    async run(page) {
      const { silent } = page
      const one = page.mount('/any', { environment: silent.environment })
      await page.until(() => expect(silent.attempts).toHaveLength(1))
      one.reconnect()
      await page.until(() => expect(silent.attempts).toHaveLength(2))
      expect(silent.attempts[0]?.isAborted).toBe(true)
      silent.attempts[1]?.fail()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      one.reconnect()
      await page.until(() => expect(silent.attempts).toHaveLength(3))
      silent.attempts[2]?.accept()
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.close()
      one.reconnect()
      await page.until(() => expect(silent.attempts).toHaveLength(4))
      silent.attempts[3]?.accept()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', closed: undefined }))
      expect(silent.attempts[2]?.isAborted).toBe(true)
    },
  },
  {
    name: '[reconnect] reconnect() works after the last retry and resets the number of attempts',
    async run(page) {
      page.server.refuse()
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
      page.server.accept()
      one.reconnect()
      await page.until(() =>
        expect(one.shown).toMatchObject({ status: 'open', attempt: 0, closed: undefined }),
      )
    },
  },
  {
    name: '[unmount] unmounting closes the connection after closeDelay, and calls no handler afterwards',
    async run(page) {
      const calls: string[] = []
      const one = await page.mountOpen('/leave', {
        closeDelay: 1000,
        onMessage: () => calls.push('message'),
        onClose: () => calls.push('close'),
        onError: () => calls.push('error'),
      })
      one.unmount()
      page.server.connection.send('after the end')
      await page.advance(999)
      expect(page.server.connection.outcome).toBeUndefined()
      await page.advance(1)
      await page.until(() => expect(page.server.unfinished).toEqual([]))
      expect(calls).toEqual([])
    },
  },
  {
    name: '[unmount] unmounting during connecting aborts the attempt',
    async run(page) {
      const { silent } = page
      const one = page.mount('/hasty', { environment: silent.environment, closeDelay: 0 })
      await page.until(() => expect(silent.attempts).toHaveLength(1))
      one.unmount()
      expect(silent.attempts[0]?.isAborted).toBe(true)
      expect(page.timers).toBe(0)
    },
  },
  {
    name: '[unmount] unmounting in the tick of the mount opens nothing',
    async run(page) {
      page.mount('/flash', { closeDelay: 0 }).unmount()
      await page.settle()
      expect(page.server.connections).toEqual([])
    },
  },
  {
    name: '[reconnect] after reconnect() in a message handler the rest of the old chunk is not delivered',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/chunk', {
        onMessage(message) {
          received.push(message)
          if (message === 'again' && page.server.connections.length < 2) one.reconnect()
        },
      })
      page.server.connection.send('a', 'again', 'never')
      await page.until(() => expect(page.server.connections).toHaveLength(2))
      page.server.connection.send('b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: 'b' }))
      const again = page.server.kind.repeats ? ['a', 'again', 'never'] : []
      expect(received).toEqual(['a', 'again', ...again, 'b'])
    },
  },
]
