import fc from 'fast-check'
import { expect, test } from 'vitest'
import { replaceEqualDeep } from './structural-sharing.ts'

test('[equal-responses] returns the old object for an equal response, and the old part for an equal part', () => {
  const before = { user: { name: 'Ada' }, tags: [{ id: 1 }, { id: 2 }] }
  expect(replaceEqualDeep(before, structuredClone(before))).toBe(before)
  const next = replaceEqualDeep(before, {
    user: { name: 'Ada' },
    tags: [{ id: 1 }, { id: 3 }],
  }) as typeof before
  expect(next).toEqual({ user: { name: 'Ada' }, tags: [{ id: 1 }, { id: 3 }] })
  expect(next.user).toBe(before.user)
  expect(next.tags[0]).toBe(before.tags[0])
  expect(next.tags).not.toBe(before.tags)
})

test('lists that grow and shrink', () => {
  const before = [{ id: 1 }, { id: 2 }]
  const grown = replaceEqualDeep(before, [{ id: 1 }, { id: 2 }, { id: 3 }]) as typeof before
  expect(grown).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
  expect(grown[1]).toBe(before[1])
  expect(replaceEqualDeep(before, [{ id: 1 }])).toEqual([{ id: 1 }])
  expect(replaceEqualDeep([], {})).toEqual({})
  expect(replaceEqualDeep({}, [])).toEqual([])
})

test('a removed field, and a new one that is undefined', () => {
  expect(replaceEqualDeep({ a: 1, b: undefined }, { a: 1 })).toEqual({ a: 1 })
  expect(Object.keys(replaceEqualDeep({ a: 1 }, { a: 1, b: undefined }) as object)).toEqual(['a', 'b'])
})

test('does not compare instances of classes', () => {
  const date = new Date(0)
  const next = { at: new Date(0) }
  expect((replaceEqualDeep({ at: date }, next) as typeof next).at).toBe(next.at)
  const map = new Map()
  expect(replaceEqualDeep(new Map(), map)).toBe(map)
})

test('frozen data, and names such as __proto__', () => {
  const before = Object.freeze({ list: Object.freeze([Object.freeze({ a: 1 })]) })
  const next = Object.freeze({ list: Object.freeze([Object.freeze({ a: 1 }), 2]) })
  expect(replaceEqualDeep(before, next)).toEqual(next)
  const odd: unknown = JSON.parse('{"__proto__":{"x":1},"constructor":2,"hasOwnProperty":3}')
  expect(JSON.stringify(replaceEqualDeep(JSON.parse('{"__proto__":{"x":2}}'), odd))).toBe(JSON.stringify(odd))
  expect(({} as { x?: number }).x).toBeUndefined()
})

test('the name __proto__ is an ordinary property of the result, which can be changed and deleted', () => {
  const result = replaceEqualDeep(JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}'))
  expect(Object.getOwnPropertyDescriptor(result, '__proto__')).toEqual({
    value: 2,
    enumerable: true,
    configurable: true,
    writable: true,
  })
})

/** A value as JSON has it: without a negative zero. */
const plain = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)))

test('for any two values, the result equals the new one, and neither is changed', () => {
  fc.assert(
    fc.property(plain, plain, (before, next) => {
      const [textBefore, textNext] = [JSON.stringify(before), JSON.stringify(next)]
      expect(JSON.stringify(replaceEqualDeep(before, next))).toBe(textNext)
      expect([JSON.stringify(before), JSON.stringify(next)]).toEqual([textBefore, textNext])
      expect(replaceEqualDeep(before, JSON.parse(textBefore))).toBe(before)
    }),
  )
})
