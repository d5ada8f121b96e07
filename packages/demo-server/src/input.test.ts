import { expect, test } from 'vitest'
import { type Fields, fieldsOf, fieldsOfJson, ruleInQuery } from './input.ts'
import { Problem } from './problem.ts'

const range = { min: 1, max: 10 }

test.each<[string, object, (fields: Fields) => unknown]>([
  ['a missing field', {}, (fields) => fields.text('name', range)],
  ['text that is too short', { name: '' }, (fields) => fields.text('name', range)],
  ['text that is too long', { name: 'x'.repeat(11) }, (fields) => fields.text('name', range)],
  ['a number for text', { name: 1 }, (fields) => fields.text('name', range)],
  ['null', { name: null }, (fields) => fields.text('name', range, 'fallback')],
  ['an object for a header value', { name: {} }, (fields) => fields.textOrNumber('name', range)],
  ['a number below its range', { name: 0 }, (fields) => fields.integer('name', range)],
  ['a number above its range', { name: 11 }, (fields) => fields.integer('name', range)],
  ['a fraction', { name: 1.5 }, (fields) => fields.integer('name', range)],
  ['text that is not a number', { name: '5x' }, (fields) => fields.integer('name', range)],
  ['another word', { name: 'never' }, (fields) => fields.integerOr('name', 'always', range, 1)],
  ['an unknown choice', { name: 'c' }, (fields) => fields.choice('name', ['a', 'b'])],
  ['a flag that is not true or false', { name: 'yes' }, (fields) => fields.flag('name', false)],
  ['a text for a list', { name: 'a' }, (fields) => fields.texts('name', range, range)],
  ['an empty list', { name: [] }, (fields) => fields.texts('name', range, range)],
  ['a list with something else in it', { name: ['a', 1] }, (fields) => fields.texts('name', range, range)],
])('names the field for %s', (_, source, read) => {
  const attempt = () => read(fieldsOf(source))
  expect(attempt).toThrow(Problem)
  expect(attempt).toThrow(expect.objectContaining({ code: 'bad-input', field: 'name', status: 400 }))
})

test('reads valid fields, also numbers and flags as text', () => {
  const fields = fieldsOf({ n: '5', m: 7, word: 'always', flag: 'true', to: ['a'], header: 3, choice: 'b' })
  expect(fields.integer('n', range)).toBe(5)
  expect(fields.integer('m', range)).toBe(7)
  expect(fields.integerOr('word', 'always', range, 1)).toBe('always')
  expect(fields.integerOr('none', 'always', range, 1)).toBe(1)
  expect(fields.flag('flag', false)).toBe(true)
  expect(fields.flag('none', false)).toBe(false)
  expect(fields.texts('to', range, range)).toEqual(['a'])
  expect(fields.textOrNumber('header', range)).toBe('3')
  expect(fields.choice('choice', ['a', 'b'])).toBe('b')
  expect(fields.text('none', range, 'fallback')).toBe('fallback')
  expect(() => fields.nothingElse()).not.toThrow()
})

test('an unread field is an error', () => {
  const fields = fieldsOf({ rate: 1, ratte: 2 })
  fields.integer('rate', range)
  expect(() => fields.nothingElse()).toThrow('"ratte" is not an allowed field')
})

test.each(['[]', '1', 'null', '"text"'])('%s is not an object', (text) => {
  expect(() => fieldsOfJson(text)).toThrow('The input must be a JSON object')
})

test('text that is not JSON has a different code than bad input', () => {
  expect(() => fieldsOfJson('{')).toThrow(expect.objectContaining({ code: 'bad-json' }))
})

test('an inherited property is not a field', () => {
  expect(fieldsOf({}).has('constructor')).toBe(false)
  expect(fieldsOfJson('{"__proto__": 1}').has('__proto__')).toBe(true)
})

test('reads a rule from the parameters with a prefix', () => {
  const query = new URLSearchParams('name=ann&fault=refuse&fault-retry-after=2')
  const fields = ruleInQuery(query, 'fault')
  expect(fields?.text('fault', range)).toBe('refuse')
  expect(fields?.textOrNumber('retryAfter', range)).toBe('2')
  expect(() => fields?.nothingElse()).not.toThrow()
  expect(ruleInQuery(query, 'proxy')).toBeUndefined()
})
