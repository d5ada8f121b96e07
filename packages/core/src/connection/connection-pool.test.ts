import { expect, test } from 'vitest'
import { mountStream } from '../../test/event-source/harness.ts'
import { resolveEnvironment } from '../platform/browser.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { connectionsIn } from './connection-pool.ts'

const poolSize = (environment: TestEnvironment) => connectionsIn(resolveEnvironment(environment)).size

test('a connection stays in the pool until its last observer has left', async () => {
  const environment = createTestEnvironment()
  const sizes: number[] = []
  const advance = async () => {
    await environment.advance(60_000)
    sizes.push(poolSize(environment))
  }
  const observers = [mountStream(environment), mountStream(environment)]
  await advance()
  observers[0]?.leave()
  await advance()
  observers[1]?.leave()
  await advance()
  expect(sizes).toEqual([1, 1, 0])
})

test('each environment has its own connections', () => {
  const [one, other] = [createTestEnvironment(), createTestEnvironment()]
  mountStream(one)
  expect([poolSize(one), poolSize(other)]).toEqual([1, 0])
})
