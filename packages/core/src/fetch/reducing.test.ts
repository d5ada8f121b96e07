import { expect, test } from 'vitest'
import { mountFetch, respond, createEnvironment, cacheControl } from '../../test/fetch/harness.ts'
import { collect } from '../shared/reducers.ts'

async function respondTo(environment: ReturnType<typeof createEnvironment>, url: string, body: unknown) {
  const { leave } = mountFetch(environment, url)
  await environment.advance(0)
  await respond(environment, body, cacheControl('max-age=600'))
  leave()
  await environment.advance(0)
}

test('the first snapshot shows the cached response reduced', async () => {
  const environment = createEnvironment()
  await respondTo(environment, '/list', 'a')
  const { shown } = mountFetch(environment, '/list', { reduce: collect() as never })
  expect(shown[0]).toMatchObject({ status: 'success', data: ['a'] })
})

test('keepPreviousData keeps reduced data', async () => {
  const environment = createEnvironment()
  const options = { keepPreviousData: true, reduce: collect() as never }
  const { observer, setOptions } = mountFetch(environment, '/c', options)
  await environment.advance(0)
  await respond(environment, 'c')
  setOptions('/d', options)
  expect(observer.getSnapshot()).toMatchObject({ status: 'pending', data: ['c'] })
  await environment.advance(0)
  await respond(environment, 'd')
  expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: ['d'] })
})
