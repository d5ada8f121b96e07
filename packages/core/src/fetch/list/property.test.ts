import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createEnvironment } from '../../../test/fetch/harness.ts'
import type { FakeRequest } from '../../testing/index.ts'
import { type Item, createPathServer, mountList } from '../../../test/fetch/list-harness.ts'

const users = ['ada', 'bob'] as const

interface Spec {
  readonly url: string | null
  readonly user: (typeof users)[number]
  readonly by: 'key' | 'header' | 'function' | 'inline'
  readonly keepPreviousData: boolean
}

const spec = fc.record<Spec>({
  url: fc.constantFrom('/a', '/b', null),
  user: fc.constantFrom(...users),
  by: fc.constantFrom('key', 'header', 'function', 'inline'),
  keepPreviousData: fc.boolean(),
})

const stable = { ada: () => ({ authorization: 'ada' }), bob: () => ({ authorization: 'bob' }) }

function toItem({ url, user, by, keepPreviousData }: Spec): Item {
  const shown = { keepPreviousData, maxAge: 1e9 }
  const headers = { authorization: user }
  if (by === 'key') return [url, { ...shown, key: user, headers, ignoreHeaders: ['authorization'] }]
  if (by === 'header') return [url, { ...shown, headers }]
  // As in `useFetch`, another function alone does not change the request.
  return [url && `${url}?${user}`, { ...shown, headers: by === 'function' ? stable[user] : () => headers }]
}

const bodyOf = (request: FakeRequest) =>
  `${new URL(request.url).pathname} ${request.headers.get('authorization')}`

/** Whether requests differ only in their functions, so that they start anew when they are moved. */
function hasEqualFunctions(specs: readonly Spec[]): boolean {
  const withFunctions = specs.filter(({ by }) => by === 'function' || by === 'inline')
  return new Set(withFunctions.map(({ url, user }) => url + user)).size < withFunctions.length
}

/** The data that an item may show: its own, or with `keepPreviousData` those of another URL of the same user. */
const mayShow = (data: unknown, spec: Spec | undefined) =>
  data === undefined ||
  (spec?.url &&
    (data === `${spec.url} ${spec.user}` ||
      (spec.keepPreviousData && typeof data === 'string' && data.endsWith(spec.user))))

test('[fetches] no list shows data of another request or user, whatever is added, removed, moved and changed', async () => {
  const step = fc.record({ list: fc.array(spec, { maxLength: 4 }), shouldSettle: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const environment = createEnvironment()
      const server = createPathServer(environment, bodyOf)
      const list = mountList(environment, [])
      for (const { list: specs, shouldSettle } of steps) {
        const rendered = list.set(specs.map(toItem))
        expect(rendered.filter((data, index) => !mayShow(data, specs[index]))).toEqual([])
        expect(list.data.filter((data, index) => !mayShow(data, specs[index]))).toEqual([])
        if (!shouldSettle) continue
        await server.settle()
        const expected = specs.map(({ url, user }) => (url ? `${url} ${user}` : undefined))
        expect(list.data).toEqual(expected)
        if (hasEqualFunctions(specs.filter(({ url }) => url))) continue
        const before = list.observers
        list.set(specs.map(toItem).toReversed())
        expect(list.data).toEqual(expected.toReversed())
        list.set(specs.map(toItem))
        expect(
          list.observers.filter((one, index) => specs[index]?.url && !before.includes(one)),
        ).toHaveLength(0)
      }
      list.leave()
      await environment.advance(0)
      expect(environment.timers).toBe(0)
    }),
    { numRuns: 150 },
  )
})
