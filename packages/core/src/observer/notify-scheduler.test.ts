import { expect, test } from 'vitest'
import { scheduleFrame } from './notify-scheduler.ts'
import { createTestEnvironment } from '../testing/index.ts'

test('all callbacks of an environment run in one frame, in order, each once', async () => {
  const environment = createTestEnvironment()
  const ran: string[] = []
  const a = () => void ran.push('a')
  scheduleFrame(environment, a)
  scheduleFrame(environment, () => ran.push('b'))
  scheduleFrame(environment, a)
  expect(environment.timers).toBe(1)
  expect(ran).toEqual([])
  await environment.advance(16)
  expect(ran).toEqual(['a', 'b'])
})

test('a callback that is scheduled by a callback runs in the next frame', async () => {
  const environment = createTestEnvironment()
  const ran: number[] = []
  const again = () => {
    ran.push(environment.now() - 1_000_000)
    if (ran.length < 3) scheduleFrame(environment, again)
  }
  scheduleFrame(environment, again)
  await environment.advance(100)
  expect(ran).toEqual([16, 32, 48])
})

test('each environment has its own frame', async () => {
  const one = createTestEnvironment()
  const other = createTestEnvironment()
  const ran: string[] = []
  scheduleFrame(one, () => ran.push('one'))
  scheduleFrame(other, () => ran.push('other'))
  await other.advance(16)
  expect(ran).toEqual(['other'])
  await one.advance(16)
  expect(ran).toEqual(['other', 'one'])
})
