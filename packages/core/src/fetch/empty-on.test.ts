import { expect, test } from 'vitest'
import { json } from '../shared/codec.ts'
import { client, createEnvironment, respond } from '../../test/fetch/harness.ts'

/** A client with a listener, which sends its request. */
function subscribed(...[environment, url, options]: Parameters<typeof client>) {
  const one = client(environment, url, options)
  one.subscribe(() => {})
  return one
}

const MISSING = {
  status: 404,
  headers: { 'content-type': 'application/json', 'cache-control': 'max-age=60' },
}

test('[empty-on] a status in emptyOn is no error: data is undefined, cached by its headers, and not retried', async () => {
  const environment = createEnvironment()
  const errors: unknown[] = []
  const options = { emptyOn: [404], codec: json(), onError: (error: unknown) => errors.push(error) }
  const promise = client(environment, '/draft', options).execute()
  await environment.advance(0)
  await respond(environment, '{"title":"Not Found"}', MISSING)
  expect(await promise).toBeUndefined()
  const draft = subscribed(environment, '/draft', options)
  await environment.advance(10_000)
  expect(draft.getSnapshot()).toMatchObject({ status: 'success', data: undefined, error: undefined })
  expect(draft.getSnapshot().response?.status).toBe(404)
  expect(environment.requests).toHaveLength(1)
  expect(errors).toEqual([])
})

test('[empty-on] it replaces data from before, and shows initialData', async () => {
  const environment = createEnvironment()
  const options = { emptyOn: [404, 410] }
  const one = subscribed(environment, '/draft', options)
  await environment.advance(0)
  await respond(environment, '1', { headers: { 'content-type': 'application/json' } })
  await environment.advance(100)
  expect(one.getSnapshot().data).toBe(1)
  void one.refetch()
  await environment.advance(0)
  await respond(environment, 'gone', { status: 410 })
  await environment.advance(100)
  expect(one.getSnapshot()).toMatchObject({ status: 'success', data: undefined })
  const list = subscribed(environment, '/list', { ...options, initialData: [] })
  await environment.advance(0)
  await respond(environment, 'none', { status: 404 })
  await environment.advance(100)
  expect(list.getSnapshot()).toMatchObject({ status: 'success', data: [] })
})

test('[empty-on] other statuses, and a hook without it for the same URL, have the error', async () => {
  const environment = createEnvironment()
  const empty = subscribed(environment, '/draft', { emptyOn: [404] })
  const strict = subscribed(environment, '/draft', { maxAge: 1000 })
  await environment.advance(0)
  expect(environment.requests).toHaveLength(2)
  for (const { respond: respondTo, end } of environment.requests) {
    respondTo({ status: 404 })
    end()
  }
  await environment.advance(100)
  expect(empty.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
  expect(strict.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'http', status: 404 } })
  void empty.refetch()
  await environment.advance(0)
  await respond(environment, 'no', { status: 403 })
  await environment.advance(100)
  expect(empty.getSnapshot()).toMatchObject({ status: 'error', error: { status: 403 } })
})

test('[empty-on] a DELETE of something that is gone succeeds', async () => {
  const environment = createEnvironment()
  const done = client(environment, '/users/1', { method: 'DELETE', emptyOn: [404] }).execute()
  await environment.advance(0)
  await respond(environment, 'no such user', { status: 404 })
  expect(await done).toBeUndefined()
})

test('[empty-on] a 204 without content replaces parsed JSON too', async () => {
  const environment = createEnvironment()
  const one = subscribed(environment, '/draft')
  await environment.advance(0)
  await respond(environment, '{"n":1}', { headers: { 'content-type': 'application/json' } })
  await environment.advance(100)
  expect(one.getSnapshot().data).toEqual({ n: 1 })
  void one.refetch()
  await environment.advance(0)
  await respond(environment, '', { status: 204 })
  await environment.advance(100)
  expect(one.getSnapshot()).toMatchObject({ status: 'success', data: undefined })
})
