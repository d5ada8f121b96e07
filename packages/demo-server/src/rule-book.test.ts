import { expect, test } from 'vitest'
import { createRuleBook } from './rule-book.ts'

test('a rule applies as often as its count, oldest first', () => {
  const book = createRuleBook<{ name: string; count: number | 'always' }>('r')
  book.add({ name: 'twice', count: 2 })
  book.add({ name: 'always', count: 'always' })
  const names = [1, 2, 3, 4].map(() => book.take(() => true)?.name)
  expect(names).toEqual(['twice', 'twice', 'always', 'always'])
  expect(book.list().map(({ id, left }) => [id, left])).toEqual([['r2', 'always']])
})

test('only matching rules are used up', () => {
  const book = createRuleBook<{ name: string; count: number }>('r')
  for (const name of ['a', 'b', 'a']) book.add({ name, count: 1 })
  expect(book.takeAll((rule) => rule.name === 'a')).toHaveLength(2)
  expect(book.take((rule) => rule.name === 'a')).toBeUndefined()
  expect(book.list()).toHaveLength(1)
})

test('rules can be removed one by one and together', () => {
  const book = createRuleBook<{ count: number }>('r')
  const { id } = book.add({ count: 1 })
  book.add({ count: 1 })
  book.add({ count: 1 })
  expect(book.remove(id)).toBe(true)
  expect(book.remove(id)).toBe(false)
  expect(book.clear()).toBe(2)
  expect(book.list()).toEqual([])
})
