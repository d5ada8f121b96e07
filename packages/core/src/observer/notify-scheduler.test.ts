import { expect, test } from 'vitest'
import { scheduleFrame } from './notify-scheduler.ts'
import { createTestEnvironment } from '../testing/index.ts'

test('all that waits in one environment runs in one frame, in order, each once', async () => {
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

test('what a callback asks for comes in the frame after', async () => {
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

test('two environments have a frame each', async () => {
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
