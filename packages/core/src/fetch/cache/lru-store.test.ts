import { expect, test } from 'vitest'
import { type Cacheable, createLruStore } from './lru-store.ts'

const entry = (key: string, bytes = 1): Cacheable => ({ key, cached: { bytes } })

test('never evicts pinned entries; evicts the least recently used of the others first', () => {
  const store = createLruStore({ entries: 2 })
  const entries = ['a', 'b', 'c', 'd'].map((key) => entry(key))
  for (const one of entries) store.pin(one)
  expect(store.all()).toHaveLength(4)
  for (const one of entries) store.unpin(one, true)
  expect(store.all().map(({ key }) => key)).toEqual(['c', 'd'])
})

test('using an entry again makes it the most recent', () => {
  const store = createLruStore({ entries: 2 })
  const [a, b, c] = [entry('a'), entry('b'), entry('c')]
  for (const one of [a, b]) store.unpin(one, true)
  store.pin(a)
  store.unpin(a, true)
  store.unpin(c, true)
  expect(store.all().map(({ key }) => key)).toEqual(['a', 'c'])
})

test('limits the bytes too; an entry that is too large is not cached', () => {
  const store = createLruStore({ bytes: 10 })
  store.unpin(entry('a', 6), true)
  store.unpin(entry('b', 6), true)
  expect(store.all().map(({ key }) => key)).toEqual(['b'])
  store.unpin(entry('c', 11), true)
  expect(store.all()).toEqual([])
  store.unpin(entry('d', 10), true)
  expect(store.get('d')).toMatchObject({ cached: { bytes: 10 } })
})

test('removes an entry at once that should not be kept', () => {
  const store = createLruStore()
  const secret = entry('a')
  store.pin(secret)
  store.unpin(secret, false)
  expect(store.get('a')).toBeUndefined()
})

test('removes all entries that are removed one by one', () => {
  const store = createLruStore()
  const [used, unused] = [entry('used'), entry('unused')]
  store.pin(used)
  store.unpin(unused, true)
  for (const one of store.all()) store.unpin(one, false)
  expect([store.get('used'), store.get('unused')]).toEqual([undefined, undefined])
  store.unpin(used, false)
  expect(store.all()).toEqual([])
})

test('of two entries with one key, the pinned one is found, and the other does not replace it', () => {
  const store = createLruStore()
  const [old, young] = [entry('a'), entry('a')]
  store.unpin(old, true)
  store.pin(young)
  expect(store.get('a')).toBe(young)
  store.unpin(old, false)
  expect(store.get('a')).toBe(young)
})

test('a cached entry that is used again is listed once, and does not count for the limits', () => {
  const store = createLruStore({ entries: 1, bytes: 10 })
  const used = entry('used', 10)
  store.unpin(used, true)
  store.pin(used)
  expect(store.all()).toEqual([used])
  store.unpin(entry('other', 10), true)
  expect(store.all().map(({ key }) => key)).toEqual(['used', 'other'])
})

test('after the removal of all entries, the whole limit is available again', () => {
  const store = createLruStore({ bytes: 10 })
  store.unpin(entry('a', 10), true)
  for (const one of store.all()) store.unpin(one, false)
  store.unpin(entry('b', 10), true)
  expect(store.get('b')).toBeDefined()
})

test('without limits, caches 500 entries and 64 MiB', () => {
  const store = createLruStore()
  for (let index = 0; index <= 500; index++) store.unpin(entry(String(index)), true)
  expect([store.all().length, store.get('0')]).toEqual([500, undefined])
  const large = 64 * 1024 * 1024
  store.unpin(entry('fits', large), true)
  expect(store.all().map(({ key }) => key)).toEqual(['fits'])
  store.unpin(entry('too large', large + 1), true)
  expect(store.all()).toEqual([])
})
