import { expect, test } from 'vitest'
import { createStore } from './lru-store.ts'

const entry = (key: string, bytes = 1) => ({ key, kept: { bytes } })

test('what somebody uses is never forgotten; of the rest the oldest goes first', () => {
  const store = createStore({ entries: 2 })
  const entries = ['a', 'b', 'c', 'd'].map((key) => entry(key))
  for (const one of entries) store.hold(one)
  expect(store.all()).toHaveLength(4)
  for (const one of entries) store.release(one, true)
  expect(store.all().map(({ key }) => key)).toEqual(['c', 'd'])
})

test('to be used again makes young', () => {
  const store = createStore({ entries: 2 })
  const [a, b, c] = [entry('a'), entry('b'), entry('c')]
  for (const one of [a, b]) store.release(one, true)
  store.hold(a)
  store.release(a, true)
  store.release(c, true)
  expect(store.all().map(({ key }) => key)).toEqual(['a', 'c'])
})

test('bounded in bytes too; one that is too large is not cached at all', () => {
  const store = createStore({ bytes: 10 })
  store.release(entry('a', 6), true)
  store.release(entry('b', 6), true)
  expect(store.all().map(({ key }) => key)).toEqual(['b'])
  store.release(entry('c', 11), true)
  expect(store.all()).toEqual([])
  store.release(entry('d', 10), true)
  expect(store.get('d')).toMatchObject({ kept: { bytes: 10 } })
})

test('what is not to be kept is gone at once', () => {
  const store = createStore()
  const secret = entry('a')
  store.hold(secret)
  store.release(secret, false)
  expect(store.get('a')).toBeUndefined()
})

test('clear forgets all', () => {
  const store = createStore()
  const [used, unused] = [entry('used'), entry('unused')]
  store.hold(used)
  store.release(unused, true)
  store.clear()
  expect([store.get('used'), store.get('unused')]).toEqual([undefined, undefined])
  store.release(used, false)
  expect(store.all()).toEqual([])
})

test('one key, two entries: the one that is held is found, and the other does not throw it out', () => {
  const store = createStore()
  const [old, young] = [entry('a'), entry('a')]
  store.release(old, true)
  store.hold(young)
  expect(store.get('a')).toBe(young)
  store.release(old, false)
  expect(store.get('a')).toBe(young)
})
