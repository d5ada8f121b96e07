import { expect, test } from 'vitest'
import { type Watched, createWatchdog } from './inactivity-watchdog.ts'
import { createTestEnvironment } from '../../testing/index.ts'

function kennel() {
  const environment = createTestEnvironment()
  const dog = createWatchdog(environment)
  const late: string[] = []
  const puppy = (name: string, patience: number) => {
    let heard = environment.now()
    const one: Watched & { hear: () => void } = {
      remainingMs: (now: number) => heard + patience - now,
      onTimeout() {
        dog.unwatch(one)
        late.push(name)
      },
      hear: () => void (heard = environment.now()),
    }
    dog.watch(one)
    return one
  }
  return { environment, dog, late, puppy }
}

test('each is late in its own time, by one timer', async () => {
  const { environment, late, puppy } = kennel()
  for (const [name, patience] of [
    ['b', 200],
    ['a', 100],
    ['c', 300],
  ] as const)
    puppy(name, patience)
  expect(environment.timers).toBe(1)
  await environment.advance(99)
  expect(late).toEqual([])
  await environment.advance(1)
  expect(late).toEqual(['a'])
  await environment.advance(200)
  expect([late, environment.timers]).toEqual([['a', 'b', 'c'], 0])
})

test('a sign of life gives it all of its time again', async () => {
  const { environment, late, puppy } = kennel()
  const one = puppy('a', 100)
  for (let time = 0; time < 5; time++) {
    await environment.advance(90)
    one.hear()
  }
  expect(late).toEqual([])
  await environment.advance(99)
  expect(late).toEqual([])
  await environment.advance(1)
  expect(late).toEqual(['a'])
})

test('who leaves is not late, and the last one takes the timer along', async () => {
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

test('one that is late may take others along', async () => {
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
