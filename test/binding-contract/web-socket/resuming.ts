import { type TautlineError, json, jsonFrames, resumable } from '@tautline/core'
import { expect } from 'vitest'
import { type Field, type SocketOptions, collected } from '../support/driver.ts'
import type { SocketPage } from '../support/page.ts'
import type { SocketScenario } from '../support/scenario.ts'

const isNext = (id: string, before: string) => Number(id) === Number(before) + 1

/** New objects for each render, as written inside a component. */
const options = (more: SocketOptions = {}): SocketOptions => ({
  resume: resumable({ frames: jsonFrames({ id: 'n', data: 'text' }), query: 'after', isNext }),
  codec: json(),
  reduce: collected(),
  retry: { delay: () => 100 },
  ...more,
})
const shows: readonly Field[] = ['status', 'data', 'cursor']

const frame = (n: number) => JSON.stringify({ n, text: `m${n}` })

/** Sends the messages with these numbers from the newest connection. */
const send = ({ server }: SocketPage, ...numbers: readonly number[]) =>
  server.peer.send(...numbers.map((n) => frame(n)))

const paths = ({ server }: SocketPage) => server.peers.map(({ path }) => path)

export const resuming: readonly SocketScenario[] = [
  {
    name: '[resume] the cursor follows the delivered messages, and each attempt sends it',
    async run(page) {
      const one = await page.mountOpen('/live?room=a%20b', options(), { shows })
      send(page, 1, 2)
      await page.until(() => expect(one.shown).toMatchObject({ data: ['m1', 'm2'], cursor: '2' }))
      page.server.peer.cut()
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      one.rerender('/live?room=a%20b', options())
      await page.advance(100)
      await page.until(() => expect(one.shown.status).toBe('open'))
      send(page, 3)
      await page.until(() => expect(one.shown).toMatchObject({ data: ['m1', 'm2', 'm3'], cursor: '3' }))
      expect(paths(page)).toEqual(['/live?room=a%20b', '/live?room=a%20b&after=2'])
    },
  },
  {
    name: '[resume] a component that unmounts and one that mounts later resume from their own cursors',
    async run(page) {
      const one = await page.mountOpen('/live', options({ initialCursor: '5' }), { shows })
      expect(one.renders[0]).toEqual({ status: 'connecting', data: [], cursor: '5' })
      send(page, 6)
      await page.until(() => expect(one.shown.cursor).toBe('6'))
      const other = page.mount('/live', options({ initialCursor: '5' }), { shows })
      await page.until(() => expect(other.shown).toMatchObject({ status: 'open', cursor: '6' }))
      one.unmount()
      send(page, 7)
      await page.until(() => expect(other.shown).toMatchObject({ data: ['m7'], cursor: '7' }))
      other.unmount()
      await page.advance(1000)
      const last = await page.mountOpen('/live', options({ initialCursor: '7' }), { shows })
      send(page, 8)
      await page.until(() => expect(last.shown).toMatchObject({ data: ['m8'], cursor: '8' }))
      expect(paths(page)).toEqual(['/live?after=5', '/live?after=7'])
    },
  },
  {
    name: '[resume] close() and open() continue at the cursor, and another URL begins at initialCursor',
    async run(page) {
      const one = await page.mountOpen('/live', options(), { shows })
      send(page, 1)
      await page.until(() => expect(one.shown.cursor).toBe('1'))
      one.close()
      await page.until(() => expect(one.shown).toMatchObject({ status: 'closed', cursor: '1' }))
      one.open()
      await page.until(() => expect(one.shown.status).toBe('open'))
      one.rerender('/other', options())
      await page.until(() => expect(one.shown).toEqual({ status: 'open', data: [], cursor: undefined }))
      expect(paths(page)).toEqual(['/live', '/live?after=1', '/other'])
    },
  },
  {
    name: '[gap] a gap connects again at once, the next one after a delay, and it is an error if it remains',
    async run(page) {
      const errors: TautlineError[] = []
      const one = await page.mountOpen('/live', options({ onError: (error) => errors.push(error) }), {
        shows,
      })
      send(page, 1, 3)
      await page.until(() => expect(page.server.peers).toHaveLength(2))
      await page.until(() => expect(one.shown.status).toBe('open'))
      expect(one.renders.map(({ status }) => status)).not.toContain('backoff')
      // A gap so soon after a filled one is a failed attempt.
      send(page, 2, 3, 5)
      await page.until(() => expect(one.shown.status).toBe('backoff'))
      await page.advance(100)
      await page.until(() => expect(page.server.peers).toHaveLength(3))
      await page.until(() => expect(one.shown.status).toBe('open'))
      send(page, 5, 6)
      await page.until(() => expect(one.shown.data).toEqual(['m1', 'm2', 'm3', 'm5', 'm6']))
      expect(paths(page)).toEqual(['/live', '/live?after=1', '/live?after=3'])
      expect(errors).toMatchObject([{ code: 'closed' }, { code: 'gap', after: '3', before: '5' }])
    },
  },
  {
    name: '[resume] a frame that cannot be read is an error, and the connection stays open',
    async run(page) {
      const errors: TautlineError[] = []
      const one = await page.mountOpen('/live', options({ onError: (error) => errors.push(error) }), {
        shows,
      })
      page.server.peer.send('hello', frame(1))
      await page.until(() => expect(one.shown).toMatchObject({ status: 'open', data: ['m1'] }))
      expect(errors.map(({ code }) => code)).toEqual(['decode'])
      expect(page.server.peers).toHaveLength(1)
    },
  },
  {
    name: 'cursor renders only components that read it',
    async run(page) {
      const same = { reduce: () => 'the same', initialData: 'the same' }
      const untracked = await page.mountOpen('/live', options(same))
      const tracked = await page.mountOpen('/live', options(same), { shows: ['cursor', 'status'] })
      const before = untracked.renders.length
      send(page, 1)
      await page.until(() => expect(tracked.shown.cursor).toBe('1'))
      await page.settle()
      expect(untracked.renders).toHaveLength(before)
    },
  },
]
