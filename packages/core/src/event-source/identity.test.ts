import { expect, test, vi } from 'vitest'
import { respond, block, mountStream } from '../../test/event-source/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'

/** One observer on a stream that is up, with these options. */
async function opened(options: Parameters<typeof mountStream>[1]) {
  const environment = createTestEnvironment()
  const { observer } = mountStream(environment, options)
  await environment.advance(0)
  await respond(environment)
  environment.request.write(block('for ada'))
  await environment.advance(16)
  return { environment, observer }
}

test('[identity] mutated headers in the same object open another connection', async () => {
  const headers: Record<string, string> = { authorization: 'Bearer ada' }
  const { environment, observer } = await opened({ headers })
  expect(observer.getSnapshot().data).toBe('for ada')
  headers['authorization'] = 'Bearer bob'
  observer.setOptions('/news', { environment, headers })
  expect(observer.getSnapshot().data).toBeUndefined()
  await environment.advance(0)
  expect(environment.requests.map((request) => request.headers.get('authorization'))).toEqual([
    'Bearer ada',
    'Bearer bob',
  ])
})

const [ada, bob] = ['ada', 'bob'].map((name) => ({ headers: { authorization: `Bearer ${name}` } }))

/** The state at the last notification. */
function noticedOf(observer: Awaited<ReturnType<typeof opened>>['observer']): () => unknown {
  let noticed = observer.getSnapshot()
  observer.subscribe(() => (noticed = observer.getSnapshot()))
  return () => [noticed.status, noticed.data]
}

test('[identity] a change of user while connecting notifies at once, since the data are removed', async () => {
  const { environment, observer } = await opened({ ...ada })
  observer.reconnect()
  await environment.advance(16)
  const noticed = noticedOf(observer)
  expect(noticed()).toEqual(['connecting', 'for ada'])
  observer.setOptions('/news', { environment, ...bob })
  expect(noticed()).toEqual(['connecting', undefined])
})

test.each([
  ['leaves others behind', ada],
  ['was alone', bob],
])(
  '[identity] a change to a user who already has an open connection notifies at once, if the observer %s',
  async (_, options) => {
    const { environment, observer } = await opened({ ...ada })
    for (const one of [bob, options]) mountStream(environment, { ...one })
    await environment.advance(0)
    await respond(environment)
    const noticed = noticedOf(observer)
    observer.setOptions('/news', { environment, ...bob })
    expect(noticed()).toEqual(['open', undefined])
  },
)

test('[token-stream] [identity] an observer with new headers keeps its POST stream; its next request has the new headers', async () => {
  const { environment, observer } = await opened({ method: 'POST', ...ada })
  const other = mountStream(environment, { method: 'POST', ...ada })
  observer.setOptions('/news', { environment, method: 'POST', ...bob })
  await environment.advance(16)
  expect([observer.getSnapshot().data, environment.requests.length]).toEqual(['for ada', 1])
  observer.reconnect()
  await environment.advance(0)
  expect(environment.request.headers.get('authorization')).toBe('Bearer bob')
  expect(environment.requests.map(({ aborted }) => aborted)).toEqual([false, false])
  expect(observer.getSnapshot().data).toBeUndefined()
  expect(other.observer.getSnapshot()).toMatchObject({ status: 'open', data: 'for ada' })
})

test('[latest-handlers] new functions, and new headers of a non-idempotent request, cause no warning', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  for (const options of [
    (count: number) => ({ headers: () => ({ authorization: String(count) }) }),
    (count: number) => ({ method: 'POST', headers: { authorization: String(count) } }),
  ]) {
    const { environment, observer } = await opened(options(0))
    for (let count = 1; count < 20; count++) observer.setOptions('/news', { environment, ...options(count) })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  }
  expect(warn).not.toHaveBeenCalled()
})
