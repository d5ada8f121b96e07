import { expect, test } from 'vitest'
import { answer, client, mountFetch, world } from '../test/fetch-stage.ts'
import { text } from './codec.ts'

test('3: a URL that changes five times in a tick asks for the last one only', async () => {
  const environment = world()
  const { setOptions } = mountFetch(environment, '/a')
  for (const url of ['/b', '/c', '/d', '/e']) setOptions(url)
  await environment.advance(0)
  expect(environment.requests.map(({ url }) => url)).toEqual(['https://test.example/e'])
})
test('3: a URL that changes and comes back in a tick asks nothing else', async () => {
  const environment = world()
  const { setOptions } = mountFetch(environment, '/stays')
  await environment.advance(0)
  setOptions('/elsewhere')
  setOptions('/stays')
  await environment.advance(0)
  expect(environment.requests.map(({ url, aborted }) => [url, aborted])).toEqual([
    ['https://test.example/stays', false],
  ])
})
test('6: unmount in the tick of the mount asks nothing', async () => {
  const environment = world()
  mountFetch(environment).leave()
  await environment.advance(0)
  expect(environment.requests).toEqual([])
})

test('39: a signal that is aborted already asks nothing, and the promise rejects as aborted', async () => {
  const environment = world()
  const user = client(environment)
  await expect(user.execute({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'aborted',
    detail: { by: 'user' },
  })
  await environment.advance(0)
  expect(environment.requests).toEqual([])
})

test('17: an empty text is a text', async () => {
  const environment = world()
  const { observer } = mountFetch(environment, '/text', { codec: text() })
  await environment.advance(0)
  await answer(environment, '')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: '' })
})

test('24: what is asked for while the network is gone waits for it', async () => {
  const environment = world()
  const { observer } = mountFetch(environment)
  await environment.advance(0)
  await answer(environment, 1)
  environment.signal('offline')
  void observer.refetch()
  await environment.advance(60_000)
  expect(environment.requests).toHaveLength(1)
  observer.watch('waitingFor')
  expect(observer.getSnapshot()).toMatchObject({ isFetching: true, waitingFor: 'online' })
  environment.signal('online')
  await environment.advance(250)
  expect(environment.requests).toHaveLength(2)
})

test('44: a hook that went while the page was hidden, and comes when it is seen again, refreshes', async () => {
  const environment = world()
  const before = mountFetch(environment, '/clock', { refreshInterval: 5000 })
  await environment.advance(0)
  await answer(environment, 1)
  environment.signal('hidden')
  before.leave()
  await environment.advance(0)
  environment.signal('visible')
  mountFetch(environment, '/clock', { refreshInterval: 5000 })
  await environment.advance(0)
  await answer(environment, 2)
  await environment.advance(5000)
  expect(environment.requests).toHaveLength(3)
})
