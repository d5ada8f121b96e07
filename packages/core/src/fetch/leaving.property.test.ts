import fc from 'fast-check'
import { expect, test } from 'vitest'
import { respond, client, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'
import type { FakeRequest } from '../testing/index.ts'

type ObserverHarness = ReturnType<typeof mountFetch> & { mounted: boolean }

const who = fc.nat({ max: 2 })
const deeds = [
  'refetch',
  'abort',
  'leave',
  'join',
  'mutate',
  'other',
  'write',
  'client',
  'rollback',
  'signal',
] as const
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('user' as const), user: fc.constantFrom('ada', 'eve') }),
    fc.record({ type: fc.constantFrom(...deeds), who }),
    fc.record({
      type: fc.constant('respond' as const),
      which: fc.nat({ max: 3 }),
      status: fc.constantFrom(200, 200, 200, 304, 401, 404, 503),
      control: fc.constantFrom('max-age=600', 'no-cache', 'no-store', 'max-age=1, stale-if-error=600'),
    }),
    fc.record({ type: fc.constant('wait' as const), ms: fc.constantFrom(0, 16, 900, 11_000) }),
  ),
  { minLength: 15, maxLength: 60, size: 'max' },
)
type Step = (typeof steps extends fc.Arbitrary<infer Steps> ? Steps : never)[number]

/** Observers whose users change, clients, writes, signals, optimistic updates and random responses. */
function stage(isAsync: boolean) {
  const environment = createEnvironment()
  let user = 'ada'
  let version = 0
  const headers = () => {
    const emitted = { authorization: user }
    return isAsync ? Promise.resolve(emitted) : emitted
  }
  const urls = ['/a', '/a', '/b'] as const
  const observers = urls.map((url, number): ObserverHarness => ({
    ...mountFetch(environment, url, { headers, enabled: number !== 1 }),
    mounted: true,
  }))
  const awaited: Promise<unknown>[] = []
  const ends: (() => void)[] = []
  const responded = new Set<FakeRequest>()
  const open = () => environment.requests.filter((request) => !request.aborted && !responded.has(request))

  function act(one: ObserverHarness, url: string, deed: (typeof deeds)[number]): void {
    const { observer } = one
    const controller = new AbortController()
    const until = new Promise<void>((resolve) => ends.push(resolve))
    if (deed === 'leave' && one.mounted) one.leave()
    if (deed === 'join' && !one.mounted) one.leave = observer.subscribe(() => {})
    if (deed === 'leave' || deed === 'join') one.mounted = deed === 'join'
    else if (deed === 'abort') observer.abort()
    else if (deed === 'mutate') observer.mutate({ by: 'hand' })
    else if (deed === 'rollback') observer.mutate({ by: 'hand' }, { rollback: until })
    else if (deed === 'client') awaited.push(client(environment, url, { headers }).execute())
    else if (deed === 'refetch') awaited.push(observer.refetch())
    else if (deed === 'other') awaited.push(observer.execute({ url: '/c' }))
    else if (deed === 'write') awaited.push(observer.execute({ method: 'PUT', json: 1 }))
    else awaited.push(observer.execute({ signal: controller.signal }))
    if (deed === 'signal') environment.setTimeout(() => controller.abort(), 500)
  }

  async function perform(step: Step): Promise<void> {
    if (step.type === 'user') user = step.user
    else if (step.type === 'wait') await environment.advance(step.ms)
    else if (step.type === 'respond') {
      const request = open()[step.which]
      if (!request) return
      responded.add(request)
      const body = { by: request.headers.get('authorization'), version: ++version }
      const head = { etag: `"${version}"`, 'cache-control': step.control }
      await respond(
        environment,
        step.status === 200 ? body : undefined,
        { status: step.status, headers: head },
        request,
      )
    } else {
      const one = observers[step.who]
      if (one) act(one, urls[step.who] ?? '/a', step.type)
    }
    await environment.advance(0)
  }

  /** Removes all observers and responds to all pending requests. */
  async function end(): Promise<PromiseSettledResult<unknown>[]> {
    for (const one of observers) if (one.mounted) one.leave()
    for (const resolve of ends) resolve()
    for (let round = 0; round < 60; round++) {
      for (const request of open()) {
        responded.add(request)
        await respond(environment, 1, {}, request)
      }
      await environment.advance(5000)
    }
    return Promise.race([Promise.allSettled(awaited), environment.advance(0).then(() => [])])
  }
  return { environment, awaited, open, perform, end }
}

test.for([false, true])(
  '[unmount] [abort] in any order of events no timer or listener is left and every promise settles (async functions: %s)',
  async (isAsync) => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const { environment, awaited, open, perform, end } = stage(isAsync)
        for (const step of sequence) await perform(step)
        expect(await end()).toHaveLength(awaited.length)
        expect(open()).toEqual([])
        expect([environment.timers, environment.listeners, environment.errors]).toEqual([0, 0, []])
      }),
      { numRuns: 150 },
    )
  },
)
