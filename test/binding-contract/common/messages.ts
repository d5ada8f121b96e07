import { isTautlineError, json } from '@tautline/core'
import { expect } from 'vitest'
import * as z from 'zod'
import { collected } from '../support/driver.ts'
import type { CommonScenario } from '../support/scenario.ts'

export const messages: readonly CommonScenario[] = [
  {
    name: '[every-message] ten thousand messages at once reach handler and reducer in order and cause few renders',
    async run(page) {
      const all = Array.from({ length: 10_000 }, (_, index) => String(index))
      const received: unknown[] = []
      let folded = 0
      const one = await page.mountOpen('/flood', {
        onMessage: (message) => received.push(message),
        reduce: () => ++folded,
      })
      const before = one.renders.length
      page.server.connection.send(...all)
      await page.until(() => expect(one.shown.data).toBe(10_000))
      expect(received).toEqual(all)
      expect(folded).toBe(10_000)
      expect(one.renders.length - before).toBeLessThanOrEqual(page.server.kind.rendersOfFlood)
    },
  },
  {
    name: '[equal-messages] two equal messages in a row are two messages',
    async run(page) {
      const received: unknown[] = []
      const one = await page.mountOpen('/twice', {
        reduce: collected(),
        onMessage: (message) => received.push(message),
      })
      page.server.connection.send('same', 'same')
      await page.until(() => expect(one.shown.data).toEqual(['same', 'same']))
      expect(received).toEqual(['same', 'same'])
    },
  },
  {
    name: '[latest-handlers] the newest handler is called, and a new handler does not reconnect',
    async run(page) {
      const calls: string[] = []
      const handlers = (name: string) => ({
        onMessage: (message: unknown) => calls.push(`${name} ${String(message)}`),
      })
      const one = await page.mountOpen('/handlers', handlers('first'))
      page.server.connection.send('a')
      await page.until(() => expect(calls).toEqual(['first a']))
      one.rerender('/handlers', handlers('second'))
      page.server.connection.send('b')
      await page.until(() => expect(calls).toEqual(['first a', 'second b']))
      one.rerender('/handlers', {})
      page.server.connection.send('c')
      await page.until(() => expect(one.shown.data).toBe('c'))
      expect(calls).toHaveLength(2)
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[handler-errors] a handler that throws is reported; the connection and other handlers continue',
    async run(page) {
      const wrong = new Error('wrong in a handler')
      const received: unknown[] = []
      const thrower = await page.mountOpen('/throws', {
        onMessage() {
          throw wrong
        },
      })
      const other = await page.mountOpen('/throws', { onMessage: (message) => received.push(message) })
      page.server.connection.send('one', 'two')
      await page.until(() => expect(received).toEqual(['one', 'two']))
      await page.until(() => expect(thrower.shown).toMatchObject({ status: 'open', data: 'two' }))
      expect(other.shown).toMatchObject({ status: 'open', data: 'two' })
      expect(page.reported.splice(0)).toEqual([wrong, wrong])
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[handler-errors] a reducer that throws is reported, and its data stays',
    async run(page) {
      const one = await page.mountOpen('/fold', {
        initialData: '',
        reduce(accumulated, message) {
          if (message === 'bad') throw new Error('wrong in a fold')
          return `${String(accumulated)}${String(message)}`
        },
      })
      page.server.connection.send('a', 'bad', 'b')
      await page.until(() => expect(one.shown.data).toBe('ab'))
      expect(page.reported.splice(0)).toHaveLength(1)
    },
  },
  {
    name: '[decoding] a decoding failure calls onError with the raw text and does not disconnect',
    async run(page) {
      const errors: unknown[] = []
      const one = await page.mountOpen('/json', { codec: json(), onError: (error) => errors.push(error) })
      for (const text of ['{"n":1}', '{"n":', '{"n":2}']) page.server.connection.send(text)
      await page.until(() => expect(one.shown.data).toEqual({ n: 2 }))
      expect(errors).toMatchObject([{ code: 'decode', raw: '{"n":' }])
      expect(one.shown).toMatchObject({ status: 'open', error: undefined })
    },
  },
  {
    name: '[decoding] a schema validates messages, and its issues are in the error',
    async run(page) {
      const errors: Error[] = []
      const codec = json(z.object({ n: z.number() }))
      const one = await page.mountOpen('/schema', { codec, onError: (error) => errors.push(error) })
      for (const text of ['{"n":"one"}', '{"n":1,"more":true}']) page.server.connection.send(text)
      await page.until(() => expect(one.shown.data).toEqual({ n: 1 }))
      expect(errors).toHaveLength(1)
      const [error] = errors
      expect(isTautlineError(error, 'decode') && error.issues).toMatchObject([{ path: ['n'] }])
    },
  },
  {
    name: '[decoding] a decoding failure is reported if there is no error handler',
    async run(page) {
      const one = await page.mountOpen('/unheard', { codec: json() })
      for (const text of ['not json', '1']) page.server.connection.send(text)
      await page.until(() => expect(one.shown.data).toBe(1))
      expect(page.reported.splice(0)).toMatchObject([{ code: 'decode', raw: 'not json' }])
    },
  },
]
