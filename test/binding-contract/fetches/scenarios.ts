import { json } from '@tautline/core'
import { expect } from 'vitest'
import { createResponse } from '../fetch/server.ts'
import { type ListScenario, dataOf } from './run.ts'

const cached = { maxAge: 60_000 }

export const listScenarios: readonly ListScenario[] = [
  {
    name: '[fetches] each request has its own result, in the order of the list',
    async run(page) {
      const one = page.mount(['/a', '/b', null])
      expect(one.renders[0]).toMatchObject([{ status: 'pending' }, { status: 'pending' }, { status: 'idle' }])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/a', '/b', undefined]))
      expect(page.requested).toEqual(['GET /a', 'GET /b'])
    },
  },
  {
    name: '[fetches] requests that are added, removed and moved keep the state of the others',
    async run(page) {
      const one = page.mount(['/a', '/b'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/a', '/b']))
      const release = page.hold()
      const count = one.renders.length
      one.rerender(['/c', '/b', '/a'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual([undefined, '/b', '/a']))
      release()
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/c', '/b', '/a']))
      one.rerender(['/a'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/a']))
      one.rerender([])
      await page.until(() => expect(one.renders.at(-1)).toEqual([]))
      expect(new Set(one.renders.slice(count).map((render) => dataOf(render).join()))).toEqual(
        new Set([',/b,/a', '/c,/b,/a', '/a', '']),
      )
      expect(page.requested).toEqual(['GET /a', 'GET /b', 'GET /c'])
    },
  },
  {
    name: '[fetches] the requests are aborted when the component unmounts',
    async run(page) {
      page.hold()
      const one = page.mount(['/a', '/b'])
      await page.until(() => expect(page.server.calls).toHaveLength(2))
      one.unmount()
      await page.until(() => expect(page.server.calls.map(({ aborted }) => aborted)).toEqual([true, true]))
    },
  },
  {
    name: '[fetches] equal requests are sent once, also beside another list',
    async run(page) {
      const one = page.mount([{ url: '/a', ...cached }, '/a'])
      const other = page.mount(['/a', { url: '/b', ...cached }])
      await page.until(() =>
        expect([dataOf(one.renders.at(-1)), dataOf(other.renders.at(-1))]).toEqual([
          ['/a', '/a'],
          ['/a', '/b'],
        ]),
      )
      expect(page.requested).toEqual(['GET /a', 'GET /b'])
    },
  },
  {
    name: '[fetches] a request of another user shows no data of the one before',
    async run(page) {
      const item = (user: string) => ({
        url: `/me`,
        query: { user },
        key: user,
        keepPreviousData: true,
      })
      const one = page.mount([item('ada'), '/b'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/me?user=ada', '/b']))
      const count = one.renders.length
      one.rerender([item('bob'), '/b'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/me?user=bob', '/b']))
      expect(one.renders.slice(count).flatMap(dataOf)).not.toContain('/me?user=ada')
    },
  },
  {
    name: '[fetches] keepPreviousData shows the data of the request at the same index',
    async run(page) {
      const item = (number: number) => ({ url: '/list', query: { page: number }, keepPreviousData: true })
      const one = page.mount([item(1), '/b'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/list?page=1', '/b']))
      const count = one.renders.length
      one.rerender([item(2), '/b'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/list?page=2', '/b']))
      expect(new Set(one.renders.slice(count).map((render) => dataOf(render)[0]))).toEqual(
        new Set(['/list?page=1', '/list?page=2']),
      )
    },
  },
  {
    name: '[fetches] inline options and functions send nothing again, and data keep their identity',
    async run(page) {
      page.server.onCall = ({ path }) => createResponse({ path })
      const inline = () => [
        { url: '/a', headers: () => ({ 'x-own': 'a' }), codec: json<{ path: string }>() },
        { url: '/b', headers: { 'x-own': 'b' }, onMessage: () => {} },
      ]
      const one = page.mount(inline())
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual([{ path: '/a' }, { path: '/b' }]))
      const [first, second] = dataOf(one.renders.at(-1))
      const { execute, mutate } = one.results[0] ?? {}
      one.rerender(inline())
      await page.settle()
      expect(dataOf(one.renders.at(-1))[0]).toBe(first)
      expect(dataOf(one.renders.at(-1))[1]).toBe(second)
      expect([one.results[0]?.execute, one.results[0]?.mutate]).toEqual([execute, mutate])
      expect(page.requested).toHaveLength(2)
    },
  },
  {
    name: '[fetches] commands work on their request alone, also right after the list has changed',
    async run(page) {
      const one = page.mount([{ url: '/a', method: 'POST', enabled: false }, '/b'])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual([undefined, '/b']))
      expect(await one.results[0]?.execute({ json: 1 })).toBe('/a')
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/a', '/b']))
      one.rerender(['/b', { url: '/a', method: 'POST', enabled: false }])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/b', '/a']))
      one.results[0]?.mutate('changed')
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['changed', '/a']))
      one.results[1]?.reset()
      await page.until(() =>
        expect(one.renders.at(-1)?.[1]).toMatchObject({ status: 'idle', data: undefined }),
      )
      expect(await one.results[0]?.refetch()).toBe('/b')
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/b', undefined]))
    },
  },
  {
    name: '[fetches] one request that fails leaves the others',
    async run(page) {
      page.server.onCall = ({ path }) => createResponse(path, { status: path === '/a' ? 500 : 200 })
      const one = page.mount(['/a', '/b'])
      await page.until(() =>
        expect(one.renders.at(-1)).toMatchObject([
          { status: 'error', error: { code: 'http', status: 500 } },
          { status: 'success', data: '/b', error: undefined },
        ]),
      )
    },
  },
  {
    name: '[fetches] select shows a part of the data, and other changes do not render',
    async run(page) {
      let count = 0
      page.server.onCall = () => createResponse({ name: 'Ada', count: count++ })
      const select = (data: unknown) => (data as { name: string }).name
      const one = page.mount([{ url: '/a', select }])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['Ada']))
      const renders = one.renders.length
      await one.results[0]?.refetch()
      await page.settle()
      expect(one.renders).toHaveLength(renders)
    },
  },
  {
    name: '[fetches] only a component that reads isFetching renders when it changes',
    async run(page) {
      const item = { url: '/a', ...cached }
      const one = page.mount([item], { shows: ['status', 'data'] })
      const other = page.mount([item], { shows: ['status', 'data', 'isFetching'] })
      await page.until(() =>
        expect([one.renders.at(-1)?.[0]?.data, other.renders.at(-1)?.[0]?.isFetching]).toEqual(['/a', false]),
      )
      const counts = [one.renders.length, other.renders.length]
      const release = page.hold()
      const refetched = one.results[0]?.refetch()
      await page.until(() => expect(other.renders.at(-1)).toMatchObject([{ isFetching: true }]))
      release()
      await refetched
      await page.until(() => expect(other.renders.at(-1)).toMatchObject([{ isFetching: false }]))
      expect(one.renders).toHaveLength(counts[0] ?? 0)
      expect(other.renders.length).toBeGreaterThan(counts[1] ?? 0)
    },
  },
  {
    name: '[fetches] the defaults of a provider apply to every request',
    async run(page) {
      const defaults = { fetch: { query: { lang: 'en' }, maxAge: 60_000 } }
      const one = page.mount(['/a', { url: '/b', query: { lang: 'de' } }], { defaults })
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/a?lang=en', '/b?lang=de']))
    },
  },
  {
    name: '[fetches] hydrates what the server has rendered, then sends the requests',
    async run(page) {
      const requests = ['/a', { url: '/b', initialData: 'given', ...cached }, null]
      const html = await page.renderOnServer(requests)
      expect(page.requested).toEqual([])
      const one = page.hydrate(html, requests)
      expect(one.renders[0]).toMatchObject([
        { status: 'pending' },
        { status: 'success', data: 'given' },
        { status: 'idle' },
      ])
      await page.until(() => expect(dataOf(one.renders.at(-1))).toEqual(['/a', 'given', undefined]))
      expect(one.isReused).toBe(true)
      expect(page.requested).toEqual(['GET /a'])
    },
  },
]
