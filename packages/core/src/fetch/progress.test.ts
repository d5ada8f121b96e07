import { expect, test } from 'vitest'
import { mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

test('[progress] ignores a content-length that is too short', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment, '/a')
  observer.track('progress')
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'text/plain', 'content-length': '3' } })
  environment.request.write('packed')
  await environment.advance(16)
  expect(observer.getSnapshot().progress).toEqual({ sent: 0, received: 6, total: undefined })
})

test('[progress] is zero before a request and when it starts', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment)
  observer.track('progress')
  await environment.advance(0)
  for (const { progress } of [...shown, observer.getSnapshot()])
    expect(progress).toEqual({ sent: 0, received: 0, total: undefined })
})

test('[progress] reports progress once a frame to observers that read it', async () => {
  const environment = createEnvironment()
  const { observer, shown } = mountFetch(environment)
  observer.track('progress')
  await environment.advance(0)
  environment.request.respond({ headers: { 'content-type': 'text/plain', 'content-length': '6' } })
  for (const part of ['a', 'b', 'c']) {
    environment.request.write(part)
    await environment.advance(0)
  }
  await environment.advance(16)
  environment.request.write('def')
  environment.request.end()
  await environment.advance(16)
  const steps = shown.map(({ progress: { received, total } }) => [received, total])
  expect(steps).toContainEqual([3, 6])
  expect(steps.at(-1)).toEqual([6, 6])
  expect(observer.getSnapshot().data).toBe('abcdef')
})

test('gives no total for a compressed response', async () => {
  const environment = createEnvironment()
  const { observer } = mountFetch(environment)
  observer.track('progress')
  await environment.advance(0)
  environment.request.respond({
    headers: { 'content-length': '6', 'content-encoding': 'gzip', 'content-type': 'text/plain' },
  })
  environment.request.write('longer than six')
  await environment.advance(16)
  expect(observer.getSnapshot().progress).toEqual({ sent: 0, received: 15, total: undefined })
})
