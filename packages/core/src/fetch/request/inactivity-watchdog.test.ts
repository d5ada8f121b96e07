import { expect, test } from 'vitest'
import { type Watched, createWatchdog } from './inactivity-watchdog.ts'
import { createTestEnvironment } from '../../testing/index.ts'

function kennel() {
  const environment = createTestEnvironment()
  const dog = createWatchdog(environment)
  const late: string[] = []
  const puppy = (name: string, limitMs: number) => {
    let lastActivityAt = environment.now()
    const one: Watched & { receive: () => void } = {
      remainingMs: (now: number) => lastActivityAt + limitMs - now,
      onTimeout() {
        dog.unwatch(one)
        late.push(name)
      },
      receive: () => void (lastActivityAt = environment.now()),
    }
    dog.watch(one)
    return one
  }
  return { environment, dog, late, puppy }
}

test('each times out at its own time, with one timer', async () => {
  const { environment, late, puppy } = kennel()
  for (const [name, limitMs] of [
    ['b', 200],
    ['a', 100],
    ['c', 300],
  ] as const)
    puppy(name, limitMs)
  expect(environment.timers).toBe(1)
  await environment.advance(99)
  expect(late).toEqual([])
  await environment.advance(1)
  expect(late).toEqual(['a'])
  await environment.advance(200)
  expect([late, environment.timers]).toEqual([['a', 'b', 'c'], 0])
})

test('activity restarts the timeout', async () => {
  const { environment, late, puppy } = kennel()
  const one = puppy('a', 100)
  for (let time = 0; time < 5; time++) {
    await environment.advance(90)
    one.receive()
  }
  expect(late).toEqual([])
  await environment.advance(99)
  expect(late).toEqual([])
  await environment.advance(1)
  expect(late).toEqual(['a'])
})

test('a removed one does not time out, and removing the last one stops the timer', async () => {
  const { environment, dog, late, puppy } = kennel()
  const [one, two] = [puppy('a', 100), puppy('b', 200)]
  dog.unwatch(one)
  dog.unwatch(one)
  await environment.advance(150)
  expect(environment.timers).toBe(1)
  dog.unwatch(two)
  expect(environment.timers).toBe(0)
  await environment.advance(1000)
  expect(late).toEqual([])
})

test('a timeout may remove others', async () => {
  const { environment, dog, late, puppy } = kennel()
  const other = puppy('b', 100)
  const one: Watched = {
    remainingMs: () => (environment.now() >= 1_000_050 ? 0 : 50),
    onTimeout: () => (dog.unwatch(one), dog.unwatch(other)),
  }
  dog.watch(one)
  await environment.advance(1000)
  expect([late, environment.timers]).toEqual([[], 0])
})
