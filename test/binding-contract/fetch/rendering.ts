import { expect } from 'vitest'
import { collected } from '../support/driver.ts'
import type { FetchScenario } from './page.ts'

const success = (data: unknown) => ({ status: 'success', data, error: undefined })

export const rendering: readonly FetchScenario[] = [
  {
    name: 'select: a change outside the selected part does not render, and select is not called without data',
    async run(page) {
      const requested: unknown[] = []
      const select = (user: unknown) => {
        requested.push(user)
        return (user as { name: string }).name
      }
      const one = await page.mountWithResponse('/user', { name: 'Ada', visits: 1 }, { select })
      expect(one.shown).toEqual(success('Ada'))
      const renders = one.renders.length
      void one.refetch()
      await page.respond({ name: 'Ada', visits: 2 })
      await page.settle()
      expect(one.renders).toHaveLength(renders)
      void one.refetch()
      await page.respond({ name: 'Eve', visits: 2 })
      expect(one.shown).toEqual(success('Eve'))
      expect(requested).not.toContain(undefined)
    },
  },
  {
    name: 'a new select shows its part of the newest response at once, also of one that was not rendered',
    async run(page) {
      const part = (field: string) => ({
        select: (user: unknown) => (user as Record<string, unknown>)[field],
      })
      const one = await page.mountWithResponse('/user', { name: 'Ada', visits: 1 }, part('name'))
      void one.refetch()
      await page.respond({ name: 'Ada', visits: 2 })
      one.rerender('/user', part('visits'))
      await page.until(() => expect(one.shown).toEqual(success(2)))
      expect(one.renders).not.toContainEqual(success(1))
    },
  },
  {
    name: 'select: a render of the parent does not suppress the render for a later change',
    async run(page) {
      const options = { select: (data: unknown) => data, maxAge: 60_000 }
      const one = await page.mountWithResponse('/user', 'a', options)
      const promise = one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      page.server.call.respond('b')
      await promise
      // The parent renders b before its frame, so a is a change again.
      one.rerender('/user', options)
      one.mutate('a')
      await page.settle()
      expect(one.shown).toEqual(success('a'))
    },
  },
  {
    name: 'select: execute() and onMessage get the whole response',
    async run(page) {
      const received: unknown[] = []
      const one = page.mount('/user', {
        enabled: false,
        select: (user) => (user as { name: string }).name,
        onMessage: (message) => received.push(message),
      })
      const promise = one.execute()
      await page.respond({ name: 'Ada' })
      await expect(promise).resolves.toEqual({ name: 'Ada' })
      expect(received).toEqual([{ name: 'Ada' }])
    },
  },
  {
    name: 'keepPreviousData shows the data of the last URL until the new URL has data, also after an error',
    async run(page) {
      const options = { keepPreviousData: true, retry: false } as const
      const one = await page.mountWithResponse('/page/1', 'one', options)
      one.rerender('/page/2')
      await page.until(() => expect(one.shown).toEqual({ status: 'pending', data: 'one', error: undefined }))
      await page.respond('two')
      expect(one.shown).toEqual(success('two'))
      expect(one.renders.map(({ data }) => data)).not.toContain('')
      page.server.refuse()
      one.rerender('/page/3')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'error', data: 'two' }))
      page.server.accept()
      one.rerender('/page/1')
      await page.until(() => expect(one.shown.data).toBe('one'))
    },
  },
  {
    name: 'keepPreviousData keeps selected data and reduced data',
    async run(page) {
      const select = (list: unknown) => (list as string[]).length
      const one = await page.mountWithResponse('/a', ['x', 'y'], { keepPreviousData: true, select })
      one.rerender('/b')
      await page.until(() => expect(one.shown).toMatchObject({ status: 'pending', data: 2 }))
      await page.respond([])
      expect(one.shown).toEqual(success(0))
      const folds = await page.mountWithResponse('/c', 'c', { keepPreviousData: true, reduce: collected() })
      expect(folds.shown).toEqual(success(['c']))
      folds.rerender('/d')
      await page.until(() => expect(folds.shown).toMatchObject({ status: 'pending', data: ['c'] }))
      await page.respond('d')
      expect(folds.shown).toEqual(success(['d']))
    },
  },
  {
    name: 'isFetching renders only components that read it',
    async run(page) {
      const untracked = await page.mountWithResponse('/user', 'Ada')
      const shows = page.mount('/user', { enabled: false }, { shows: ['data', 'isFetching'] })
      const before = untracked.renders.length
      expect(shows.shown).toEqual({ data: 'Ada', isFetching: false })
      void untracked.refetch()
      await page.until(() => expect(shows.shown).toEqual({ data: 'Ada', isFetching: true }))
      await page.respond('Ada')
      await page.until(() => expect(shows.shown).toEqual({ data: 'Ada', isFetching: false }))
      expect(untracked.renders).toHaveLength(before)
    },
  },
  {
    name: 'a tracked field read for the first time has its current value',
    async run(page) {
      const one = await page.mountWithResponse('/user', 'Ada', { maxAge: 5000 })
      const head = { status: 203, headers: { 'x-version': '2' } }
      void one.refetch()
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      expect(one.read('isFetching')).toBe(true)
      await page.respond('Ada', head)
      expect(one.read('response')).toMatchObject({ status: 203 })
      expect(one.read('staleAt')).toBe((page.environment.now?.() ?? 0) + 5000)
      expect(one.read('isFetching')).toBe(false)
      expect([one.read('attempt'), one.read('retryAt'), one.read('waitingFor')]).toEqual([
        0,
        undefined,
        undefined,
      ])
      expect(one.read('progress')).toMatchObject({ received: 3 })
    },
  },
  {
    name: 'reading the result in a handler does not count as rendering it',
    async run(page) {
      let read = 0
      const one = page.mount('/user', {
        onMessage() {
          for (const field of ['status', 'isFetching', 'response', 'staleAt'] as const) one.read(field)
          read++
        },
      })
      await page.respond('Ada')
      expect(read).toBe(1)
      await page.until(() => expect(one.shown).toEqual(success('Ada')))
      void one.refetch()
      await page.respond('Eve')
      await page.until(() => expect(one.shown).toEqual(success('Eve')))
    },
  },
  {
    name: 'initialData is in the first render and is revalidated; with maxAge it is fresh for so long',
    async run(page) {
      const one = page.mount('/user', { initialData: 'from the server' })
      expect(one.renders).toEqual([success('from the server')])
      await page.respond('newer')
      expect(one.shown).toEqual(success('newer'))
      const fresh = page.mount('/fresh', { initialData: 0, maxAge: 5000 })
      await page.advance(4999)
      expect(fresh.renders).toEqual([success(0)])
      expect(page.requested).toEqual(['GET /user'])
      fresh.unmount()
      await page.advance(1)
      const late = page.mount('/fresh', { initialData: 0, maxAge: 5000 })
      await page.respond('fetched')
      expect(late.shown).toEqual(success('fetched'))
    },
  },
  {
    name: '[initial-data] initialData is a placeholder for another URL: it is shown, never fresh, and cached data has priority',
    async run(page) {
      const options = { initialData: 'initial', maxAge: 60_000 }
      const one = page.mount('/a', options)
      await page.settle()
      expect(page.requested).toEqual([])
      one.rerender('/b')
      await page.until(() => expect(one.shown).toEqual(success('initial')))
      const other = page.mount('/b')
      expect(other.shown.status).toBe('pending')
      await page.respond('b')
      expect([one.shown, other.shown]).toEqual([success('b'), success('b')])
      one.rerender('/a')
      await page.until(() => expect(one.shown).toEqual(success('initial')))
      expect(page.requested).toEqual(['GET /b'])
      one.rerender('/c', { ...options, initialData: 'of c' })
      await page.until(() => expect(one.shown).toEqual(success('of c')))
      await page.settle()
      expect(page.requested).toEqual(['GET /b'])
    },
  },
  {
    name: '[initial-data] [no-url] an inline initialData without a URL is shown as one object, with the status idle',
    async run(page) {
      const one = page.mount(null, { initialData: [] })
      const { data } = one.shown
      one.rerender(null, { initialData: [] })
      await page.settle()
      expect(one.shown).toMatchObject({ status: 'idle', data: [] })
      expect(one.shown.data).toBe(data)
      one.rerender('/list', { initialData: [] })
      await page.settle()
      expect(one.shown.data).toBe(data)
      expect(one.renders.length).toBeLessThan(6)
      await page.respond([1])
      expect(one.shown).toEqual(success([1]))
    },
  },
  {
    name: 'reduce gets each response once per hook, and starts again with another URL',
    async run(page) {
      const options = { reduce: collected({ limit: 2 }) }
      const one = await page.mountWithResponse('/log', 'a', options)
      for (const body of ['b', 'c']) {
        void one.refetch()
        await page.respond(body)
      }
      expect(one.shown).toEqual(success(['b', 'c']))
      const late = page.mount('/log', { ...options, enabled: false })
      await page.until(() => expect(late.shown.data).toEqual(['c']))
      one.rerender('/other', options)
      await page.until(() => expect(one.shown).toMatchObject({ status: 'pending', data: [] }))
      await page.respond('x')
      expect(one.shown).toEqual(success(['x']))
    },
  },
  {
    name: 'an infinite list adds each page from execute(), and keeps its data meanwhile',
    async run(page) {
      const one = page.mount('/items', { reduce: collected() })
      await page.respond('first')
      for (const [after, body] of [
        [1, 'second'],
        [2, 'third'],
      ] as const) {
        const before = one.shown.data
        const promise = one.execute({ query: { after } })
        await page.until(() => expect(page.requested.at(-1)).toBe(`GET /items?after=${after}`))
        await page.settle()
        expect(one.shown.data).toEqual(before)
        await page.respond(body)
        await expect(promise).resolves.toBe(body)
      }
      expect(one.shown).toEqual(success(['first', 'second', 'third']))
    },
  },
  {
    name: 'network events render once a frame, page events at once; notify sync and microtask do not wait for a frame',
    async run(page) {
      const frames: (() => void)[] = []
      const environment = {
        ...page.environment,
        requestFrame: (callback: () => void) => void frames.push(callback),
      }
      const options = { environment, refetchOnFocus: true }
      const framed = page.mount('/user', options)
      await page.respond('Ada')
      expect(framed.shown.status).toBe('pending')
      for (const frame of frames.splice(0)) frame()
      await page.until(() => expect(framed.shown).toEqual(success('Ada')))
      framed.mutate('Eve')
      await page.until(() => expect(framed.shown).toEqual(success('Eve')))
      for (const notify of ['sync', 'microtask'] as const) {
        const one = page.mount(`/${notify}`, { ...options, notify })
        await page.respond(notify)
        await page.until(() => expect(one.shown).toEqual(success(notify)))
      }
      expect(frames).toEqual([])
    },
  },
  {
    name: 'reduce: runs for each of two equal responses, and not for a 304',
    async run(page) {
      const one = await page.mountWithResponse('/log', 'a', {
        reduce: collected(),
        head: { headers: { etag: '"1"' } },
      })
      void one.refetch()
      await page.respond('a', { headers: { etag: '"1"' } })
      await page.until(() => expect(one.shown.data).toEqual(['a', 'a']))
      void one.refetch()
      await page.respond(undefined, { status: 304 })
      await page.settle()
      expect(one.shown).toEqual(success(['a', 'a']))
    },
  },
  {
    name: 'a reducer that throws is reported, and its data stays',
    async run(page) {
      const one = await page.mountWithResponse('/log', 'a', {
        initialData: '',
        reduce(all, body) {
          if (body === 'bad') throw new Error('wrong in a fold')
          return `${String(all)}${String(body)}`
        },
      })
      for (const body of ['bad', 'b']) {
        void one.refetch()
        await page.respond(body)
      }
      expect(one.shown).toEqual(success('ab'))
      expect(page.reported.splice(0)).toHaveLength(1)
    },
  },
  {
    name: '[latest-handlers] the newest handler is called, and a new handler sends no request',
    async run(page) {
      const calls: string[] = []
      const named = (name: string) => ({
        onMessage: (message: unknown) => calls.push(`${name} ${String(message)}`),
      })
      const one = page.mount('/user', named('first'))
      await page.until(() => expect(page.server.calls).toHaveLength(1))
      one.rerender('/user', named('second'))
      await page.respond('a')
      one.rerender('/user', named('third'))
      void one.refetch()
      await page.respond('b')
      one.rerender('/user', {})
      void one.refetch()
      await page.respond('c')
      expect(calls).toEqual(['second a', 'third b'])
      expect(page.requested).toHaveLength(3)
    },
  },
  {
    name: '[handler-errors] a handler that throws is reported; the request and other handlers continue',
    async run(page) {
      const wrong = new Error('wrong in a handler')
      const received: unknown[] = []
      const fails = () => {
        throw wrong
      }
      const thrower = page.mount('/user', {
        onMessage: fails,
        onError: fails,
        onRetry: fails,
        onGiveUp: fails,
      })
      const other = page.mount('/user', { onMessage: (message) => received.push(message) })
      const promise = thrower.refetch()
      await page.respond('Ada')
      await expect(promise).resolves.toBe('Ada')
      expect(received).toEqual(['Ada'])
      expect([thrower.shown, other.shown]).toEqual([success('Ada'), success('Ada')])
      expect(page.reported.splice(0)).toEqual([wrong])
      page.server.refuse()
      const failing = page.mount('/bad', {
        onError: fails,
        onRetry: fails,
        onGiveUp: fails,
        retry: { limit: 1, delay: () => 1 },
      })
      await page.until(() => expect(page.reported).toHaveLength(1))
      await page.advance(1)
      await page.until(() => expect(failing.shown.status).toBe('error'))
      expect(page.reported.splice(0)).toEqual([wrong, wrong, wrong])
    },
  },
  {
    name: '[handler-errors] a select that throws outside a render is reported, and the next response is shown',
    async run(page) {
      const select = (user: unknown) => (user as { name: { first: string } }).name.first
      const one = await page.mountWithResponse('/user', { name: { first: 'Ada' } }, { select, enabled: true })
      expect(one.shown).toEqual(success('Ada'))
      void one.refetch()
      await page.respond({ name: { first: 'Eve' } })
      expect(one.shown).toEqual(success('Eve'))
      expect(page.reported).toEqual([])
    },
  },
  {
    name: 'a handler may refetch, mutate and unmount: each happens once and in order',
    async run(page) {
      const received: unknown[] = []
      const one = page.mount('/user', {
        onMessage(message) {
          received.push(message)
          if (message === 1) void one.refetch()
          if (message === 2) one.mutate('mine')
          if (message === 3) one.unmount()
        },
      })
      await page.respond(1)
      await page.respond(2)
      await page.until(() => expect(one.shown).toEqual(success('mine')))
      void one.refetch()
      await page.respond(3)
      await page.advance(60_000)
      expect(received).toEqual([1, 2, 3])
      expect(page.requested).toHaveLength(3)
    },
  },
]
