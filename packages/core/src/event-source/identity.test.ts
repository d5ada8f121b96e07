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

test('[identity] headers that are changed in place, in an object that stays the same, are another destination', async () => {
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

test('[identity] another user while it is connecting notifies at once: the data are gone and the status is the same', async () => {
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
  '[identity] another user to whom a connection is open notifies at once, where the observer %s',
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

test('[token-stream] [identity] an observer with other headers stays on a POST stream; the request that it then makes is its own', async () => {
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

test('[latest-handlers] nobody is warned of a connection that goes on: functions, and headers of a request that is not repeated', async () => {
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
