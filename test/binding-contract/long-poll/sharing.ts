import { json, text } from '@tautline/core'
import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import { expectNext } from './polling.ts'
import type { PollScenario } from '../support/scenario.ts'

const components = [0, 1, 2]
const all = <Value>(value: Value) => components.map(() => value)

export const sharing: readonly PollScenario[] = [
  {
    name: '[sharing] components share one sequence of requests and one decode',
    async run(page) {
      let decoded = 0
      const plain = json()
      const codec = {
        decode(raw: string | ArrayBuffer | Blob) {
          decoded++
          return plain.decode(raw)
        },
      }
      const ones = components.map(() => page.mount('/shared', { codec, reduce: collected() }))
      await page.until(() => expect(ones.map(({ shown }) => shown.status)).toEqual(all('open')))
      page.server.connection.send('1', '2')
      page.server.connection.send('3')
      await page.until(() => expect(ones.map(({ shown }) => shown.data)).toEqual(all(['1', '2', 3])))
      expect(decoded).toBe(2)
      expect(page.server.calls.map(({ since }) => since).slice(0, 3)).toEqual([undefined, '0', '1'])
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[sharing] each component uses its own codec and messages function for one sequence of requests',
    async run(page) {
      const errors: unknown[] = []
      const onError = (error: unknown) => errors.push(error)
      const counted = (body: unknown) => [Array.isArray(body) ? body.length : 1]
      const [parsed, raw, sizes, none] = [
        await page.mountOpen('/shared', { codec: json(), reduce: collected(), onError }),
        await page.mountOpen('/shared', { codec: text() }),
        await page.mountOpen('/shared', { messages: counted, reduce: collected() }),
        await page.mountOpen('/shared', { messages: () => [] }),
      ]
      page.server.connection.send('a', 'b')
      await page.until(() => expect(raw.shown.data).toBe('["a","b"]'))
      page.server.connection.send('not json')
      await page.until(() => expect(raw.shown.data).toBe('not json'))
      await page.until(() => expect(errors).toMatchObject([{ code: 'decode', raw: 'not json' }]))
      await page.until(() => expect(sizes.shown.data).toEqual([2, 1]))
      expect(parsed.shown).toMatchObject({ status: 'open', data: ['a', 'b'] })
      expect(none.shown).toMatchObject({ status: 'open', data: undefined })
      expect(page.server.connections).toHaveLength(1)
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[sharing] when the primary unmounts, the options of the next subscriber apply, and the requests continue',
    async run(page) {
      const named = (name: string) => ({ key: 'lead', headers: () => ({ 'x-name': name }) })
      const first = await page.mountOpen('/lead', named('first'))
      const second = await page.mountOpen('/lead', named('second'))
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      first.unmount()
      page.server.connection.send('news')
      await page.until(() => expect(second.shown.data).toBe('news'))
      await page.until(() => expect(page.server.calls).toHaveLength(3))
      expect(page.server.calls.map(({ headers }) => headers.get('x-name'))).toEqual([
        'first',
        'first',
        'second',
      ])
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[sharing] messages within closeDelay are delivered to a returning component, and not requested in a loop',
    async run(page) {
      const received: unknown[] = []
      const options = { closeDelay: 5000, onMessage: (message: unknown) => received.push(message) }
      const onAborted = await page.mountOpen('/lingers', options)
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      onAborted.unmount()
      page.server.connection.send('before a subscriber')
      await page.until(() => expect(page.server.unfinished).toEqual([]))
      await expectNext(page, 1000)
      await page.settle()
      await page.advance(500)
      expect(page.server.calls.map(({ since }) => since)).toEqual([undefined, '0', '0'])
      await page.mountOpen('/lingers', options)
      await page.until(() => expect(received).toEqual(['before a subscriber']))
      await page.until(() => expect(page.server.call.since).toBe('1'))
      expect(page.server.maxParallel).toBe(1)
    },
  },
  {
    name: '[late-subscribers] a late subscriber gets the last message and the cursor; its own reducer starts with its initial data',
    async run(page) {
      const early = await page.mountOpen('/late')
      page.server.connection.send('old', 'news')
      await page.until(() => expect(early.shown.data).toBe('news'))
      const received: unknown[] = []
      const onMessage = (message: unknown) => received.push(message)
      const late = page.mount('/late', { onMessage }, { shows: ['status', 'data', 'cursor'] })
      const folds = await page.mountOpen('/late', { reduce: collected() })
      await page.until(() => expect(late.shown).toEqual({ status: 'open', data: 'news', cursor: '1' }))
      page.server.connection.send('now')
      await page.until(() => expect(folds.shown.data).toEqual(['now']))
      await page.until(() => expect(late.shown).toEqual({ status: 'open', data: 'now', cursor: '2' }))
      expect(received).toEqual(['now'])
      expect(page.server.connections).toHaveLength(1)
    },
  },
  {
    name: '[unmount] a returning component resumes from its cursor, and gets what it missed',
    async run(page) {
      const one = await page.mountOpen('/away', { reduce: collected(), enabled: true })
      page.server.connection.send('before')
      await page.until(() => expect(one.shown.data).toEqual(['before']))
      one.rerender('/away', { reduce: collected(), enabled: false })
      await page.until(() => expect(page.server.unfinished).toEqual([]))
      page.server.publish('/away', 'while away')
      one.rerender('/away', { reduce: collected(), enabled: true })
      await page.until(() => expect(one.shown.data).toEqual(['before', 'while away']))
    },
  },
]
