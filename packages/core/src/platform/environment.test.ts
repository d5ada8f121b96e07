import { expect, test } from 'vitest'
import { respond } from '../../test/fetch/harness.ts'
import { json } from '../shared/codec.ts'
import { createFetch } from '../fetch/index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'

/** An environment whose `reportError` works only as a method. */
function withMethod() {
  const reported: unknown[] = []
  const environment = Object.assign(createTestEnvironment(), {
    reported,
    reportError(this: { readonly reported: unknown[] }, error: unknown) {
      this.reported.push(error)
    },
  })
  return { environment, reported }
}

test('a decoding error without a handler is reported by the method of the environment', async () => {
  const { environment, reported } = withMethod()
  const client = createWebSocket('wss://test.example', { environment, codec: json() })
  client.subscribe(() => {})
  await environment.advance(0)
  environment.socket.accept()
  environment.socket.receive('{')
  expect(reported).toEqual([expect.objectContaining({ code: 'decode' })])
})

test('an update function that throws when it runs again is reported by the method of the environment', async () => {
  const { environment, reported } = withMethod()
  const client = createFetch('https://test.example/me', { environment })
  client.subscribe(() => {})
  await environment.advance(0)
  await respond(environment, 'ada')
  let callCount = 0
  const update = () => {
    if (++callCount > 1) throw new Error('broken')
    return 'eve'
  }
  const rollBack = client.mutate('cyd', { rollback: new Promise(() => {}) })
  client.mutate(update, { rollback: new Promise(() => {}) })
  rollBack()
  expect(reported).toEqual([new Error('broken')])
})
