import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FakeRequest } from '../testing/index.ts'
import { respond, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

const URLS = ['/a', '/b', '/c', null] as const

type Step =
  | { readonly type: 'move'; readonly who: number; readonly url: (typeof URLS)[number] }
  | { readonly type: 'respond'; readonly which: number; readonly status: number }
  | { readonly type: 'refetch' | 'abort' | 'leave' | 'join' | 'mutate'; readonly who: number }
  | { readonly type: 'wait'; readonly ms: number }
  | {
      readonly type: 'signal'
      readonly signal: 'online' | 'offline' | 'pagehide' | 'pageshow' | 'hidden' | 'visible'
    }

const who = fc.nat({ max: 2 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('move' as const), who, url: fc.constantFrom(...URLS) }),
    fc.record({
      type: fc.constant('respond' as const),
      which: fc.nat({ max: 5 }),
      status: fc.constantFrom(200, 200, 200, 304, 404, 503),
    }),
    fc.record({
      type: fc.constantFrom(
        'refetch' as const,
        'abort' as const,
        'leave' as const,
        'join' as const,
        'mutate' as const,
      ),
      who,
    }),
    fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(0, 16, 900, 9000) }),
    fc.record({
      type: fc.constant('signal' as const),
      signal: fc.constantFrom(
        'online' as const,
        'offline' as const,
        'pagehide' as const,
        'pageshow' as const,
        'hidden' as const,
        'visible' as const,
      ),
    }),
  ),
  { maxLength: 40 },
)

/** Three observers of three URLs, whose server responds with increasing numbers. */
function play() {
  const environment = createEnvironment()
  let version = 0
  const open = () => environment.requests.filter((request) => !request.aborted && !responded.has(request))
  const responded = new Set<FakeRequest>()
  const observers = [0, 1, 2].map((number) => ({
    ...mountFetch(environment, URLS[number], {}),
    url: URLS[number] as string | null,
    mounted: true,
  }))
  const perform = async (step: Step) => {
    const one = 'who' in step ? observers[step.who] : undefined
    switch (step.type) {
      case 'move':
        if (!one) break
        one.url = step.url
        one.setOptions(step.url)
        break
      case 'respond': {
        const request = open()[step.which]
        if (!request) break
        responded.add(request)
        const body = { url: new URL(request.url).pathname, version: ++version }
        await respond(
          environment,
          step.status === 200 ? body : undefined,
          { status: step.status, headers: { etag: `"${version}"` } },
          request,
        )
        break
      }
      case 'refetch':
        void one?.observer.refetch()
        break
      case 'abort':
        one?.observer.abort()
        break
      case 'mutate':
        one?.observer.mutate({ url: one.url, version: 0.5 + version })
        break
      case 'leave':
        if (one?.mounted) one.leave()
        if (one) one.mounted = false
        break
      case 'join':
        if (one && !one.mounted) one.leave = one.observer.subscribe(() => {})
        if (one) one.mounted = true
        break
      case 'wait':
        await environment.advance(step.ms)
        break
      case 'signal':
        environment.emitPageEvent(step.signal)
    }
  }
  return { environment, observers, perform, open }
}

test('[request-dedupe] in any order of events: one request for a URL, only its own data, and no older data after newer', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const { environment, observers, perform, open } = play()
      const newest = new Map<string, number>()
      for (const step of sequence) {
        await perform(step)
        await environment.advance(0)
        const urls = open().map(({ url }) => url)
        expect(new Set(urls).size, 'one request for a URL').toBe(urls.length)
        for (const { observer, url, mounted } of observers) {
          const { data, status, error } = observer.getSnapshot()
          if (status === 'error') expect(error).toBeDefined()
          if (!mounted || data === undefined) continue
          const shown = data as { url: string | null; version: number }
          expect(shown.url, 'the data of its own URL').toBe(url)
          const before = newest.get(String(url)) ?? 0
          expect(shown.version, 'never back in time').toBeGreaterThanOrEqual(before)
          newest.set(String(url), shown.version)
        }
      }
      for (const one of observers) {
        one.observer.abort()
        if (one.mounted) one.leave()
      }
      await environment.advance(0)
      expect(open()).toEqual([])
      expect([environment.timers, environment.listeners]).toEqual([0, 0])
      expect(environment.errors).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('[request-dedupe] racing responses: in any order, the response to the newest request is shown', async () => {
  const orders = fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const environment = createEnvironment()
      const resolvers: ((response: Response) => void)[] = []
      const stubborn = Object.defineProperties(
        {},
        {
          ...Object.getOwnPropertyDescriptors(environment),
          // A server that ignores aborts.
          fetch: {
            value: () => new Promise<Response>((resolve) => resolvers.push(resolve)),
            enumerable: true,
          },
        },
      ) as typeof environment
      const { observer, shown, setOptions } = mountFetch(stubborn, '/search?q=0')
      await environment.advance(0)
      for (const number of [1, 2, 3, 4]) {
        setOptions(`/search?q=${number}`)
        await environment.advance(0)
      }
      for (const number of order) {
        resolvers[number]?.(Response.json(number))
        await environment.advance(0)
      }
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 4 })
      expect(shown.map(({ data }) => data).filter((data) => data !== undefined)).toEqual([4])
    }),
    { numRuns: 60 },
  )
})
