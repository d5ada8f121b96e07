import { expect, test } from 'vitest'
import { createPollEnvironment, polling, respond } from '../../test/long-poll/harness.ts'
import { query } from './index.ts'

const FOREIGN = 'https://other.example/news'

/** The request of the poll fails, and then a server responds to the check, or not. */
async function failing(isReachable: boolean, url = FOREIGN) {
  const set = await polling({ cursor: query('since', () => 1) }, url)
  set.environment.request.fail()
  await set.environment.advance(0)
  const { init } = set.environment.request
  if (isReachable) await respond(set.environment, 'x')
  else set.environment.request.fail()
  await set.environment.advance(0)
  return { ...set, init }
}

test('[poll-errors] a server of another origin that forbids the poll is a `cors` error, and still retried', async () => {
  const { client, environment, emitted, init } = await failing(true)
  expect(init).toMatchObject({ method: 'HEAD', mode: 'no-cors', credentials: 'omit' })
  expect(emitted).toEqual(['error cors', 'retry 1'])
  expect(client.getSnapshot()).toMatchObject({
    status: 'backoff',
    error: { origin: 'https://other.example' },
  })
  await environment.advance(500)
  await respond(environment, 'news')
  expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'news' })
})

test('[poll-errors] also for a later poll, whose cursor stays', async () => {
  const { client, environment, errors } = await polling({ cursor: query('since', () => 1) }, FOREIGN)
  await respond(environment, 'news')
  environment.request.fail()
  await environment.advance(0)
  await respond(environment, '')
  expect(errors).toMatchObject([{ code: 'cors' }])
  expect(client.getSnapshot().cursor).toBe('1')
})

test.each([
  ['a server that cannot be reached', false, FOREIGN],
  ['the own origin', true, '/news'],
])('[poll-errors] %s is `connect-failed`', async (_, isReachable, url) => {
  const { errors } = await failing(isReachable, url)
  expect(errors).toMatchObject([{ code: 'connect-failed' }])
})

test('[close] close() during the check ends it, and no error follows', async () => {
  const { client, environment, emitted } = await polling({}, FOREIGN)
  environment.request.fail()
  await environment.advance(0)
  client.close()
  expect(environment.request.aborted).toBe(true)
  await environment.advance(10_000)
  expect([emitted, environment.requests.length, environment.timers]).toEqual([[], 2, 0])
})

test('[poll-errors] a check without a response ends after 3 s', async () => {
  const environment = createPollEnvironment()
  const { errors } = await polling({}, FOREIGN, environment)
  environment.request.fail()
  await environment.advance(2999)
  expect(errors).toEqual([])
  await environment.advance(1)
  expect(errors).toMatchObject([{ code: 'connect-failed' }])
})

test('[poll-errors] a series of failures is checked after retry 0, 1, 2, 4, 8 and so on, a later series anew', async () => {
  const { environment } = await polling({ cursor: query('since', () => 1) }, FOREIGN)
  const isCheck = () => environment.request.init.mode === 'no-cors'
  const checked: number[] = []
  const failOnce = async (retry: number) => {
    environment.request.fail()
    await environment.advance(0)
    if (isCheck()) {
      checked.push(retry)
      environment.request.fail()
      await environment.advance(0)
    }
    await environment.advance(20_000)
  }
  for (let retry = 0; retry < 10; retry++) await failOnce(retry)
  expect(checked).toEqual([0, 1, 2, 4, 8])
  await respond(environment, 'news')
  await failOnce(10)
  expect(checked).toEqual([0, 1, 2, 4, 8, 10])
})
