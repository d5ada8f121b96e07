import { describe, expect, test } from 'vitest'
import { collect, concat, resolveInitialData, latest, latestReducer } from './reducers.ts'

describe('latest()', () => {
  test('is the newest message', () => {
    expect(latest()('old', 'new')).toBe('new')
    expect(latest()(undefined, 0)).toBe(0)
  })

  test('always returns the same function', () => {
    expect(latest()).toBe(latestReducer)
  })
})

describe('collect()', () => {
  const all = (limit: number | undefined, messages: readonly unknown[]) => {
    const reducer = limit === undefined ? collect() : collect({ limit })
    return messages.reduce<readonly unknown[]>((list, message) => reducer(list, message), reducer.initialData)
  }

  test('lists the messages, oldest first, equal ones too', () => {
    expect(all(undefined, ['a', 'b', 'b'])).toEqual(['a', 'b', 'b'])
  })

  test.each([
    [1, ['c']],
    [2, ['b', 'c']],
    [3, ['a', 'b', 'c']],
    [4, ['a', 'b', 'c']],
  ])('keeps the newest %d', (limit, expected) => {
    expect(all(limit, ['a', 'b', 'c'])).toEqual(expected)
  })

  test('keeps 1000 by default', () => {
    const list = all(
      undefined,
      Array.from({ length: 1005 }, (_, index) => index),
    )
    expect(list).toHaveLength(1000)
    expect(list.at(0)).toBe(5)
  })

  test('makes a new list each time, and leaves the old one alone', () => {
    const before = Object.freeze(['a'])
    expect(collect()(before, 'b')).toEqual(['a', 'b'])
    expect(before).toEqual(['a'])
  })

  test('cuts a list that was longer before the limit fell', () => {
    expect(collect({ limit: 2 })(['a', 'b', 'c', 'd'], 'e')).toEqual(['d', 'e'])
  })
})

describe('concat()', () => {
  test('joins text', () => {
    expect(concat()('Hel', 'lo')).toBe('Hello')
  })

  test('adds the text that pick returns, and nothing without one', () => {
    const reducer = concat({ pick: (message: { readonly token?: string | null }) => message.token })
    const messages = [{ token: 'a' }, {}, { token: null }, { token: 'b' }]
    expect(messages.reduce(reducer, '')).toBe('ab')
  })

  test('keeps the newest characters', () => {
    expect(concat({ limit: 3 })('abc', 'de')).toBe('cde')
    expect(concat({ limit: 3 })('a', 'b')).toBe('ab')
  })
})

describe('what a reducer starts from', () => {
  test.each([
    ['nothing', {}, undefined],
    ['the option', { initialData: 'x' }, 'x'],
    ['the option before that of the reducer', { initialData: ['x'], reduce: collect() }, ['x']],
    ['an empty option', { initialData: '', reduce: collect() }, ''],
    ['that of the reducer', { reduce: collect() }, []],
    ['that of concat()', { reduce: concat() }, ''],
    ['undefined for a custom reducer', { reduce: (sum: number) => sum + 1 }, undefined],
  ])('%s', (_, options, expected) => {
    expect(resolveInitialData(options)).toEqual(expected)
  })
})
