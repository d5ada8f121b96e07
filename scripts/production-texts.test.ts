import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './processes.ts'
import { findTextParameters, removeTexts } from './production-texts.ts'

const parameters = new Map([
  ['TautlineError', [1]],
  ['fail', [0, 1]],
])
const remove = (source: string) => removeTexts('a.ts', source, parameters).toString()

test('removes the text of an error, and keeps the code, the fields and the cause', () => {
  expect(remove("throw new TautlineError('gap', `Events after ${id}`, { after: id }, cause)")).toBe(
    "throw new TautlineError('gap', '', { after: id }, cause)",
  )
})

test('removes every text that a function takes', () => {
  expect(remove("fail('one', 'two', 3)")).toBe("fail('', '', 3)")
  expect(remove("other('one', 'two')")).toBe("other('one', 'two')")
})

test('removes the default of a parameter', () => {
  expect(remove("const create = (name: string, text: ErrorText = 'a text') => name")).toBe(
    "const create = (name: string, text: ErrorText = '') => name",
  )
})

test('removes constants that only a removed text uses, also through another one', () => {
  const source = "function f() {\n  const end = 'end'\n  const text = `a ${end}`\n  fail(text, end)\n}"
  expect(remove(source)).toBe("function f() {\n  \n  \n  fail('', '')\n}")
})

test('keeps a constant that is also used elsewhere, and one of the same name in another function', () => {
  const source = "function f() {\n  const text = 'a'\n  return fail(text, '') ?? text\n}"
  expect(remove(source)).toBe("function f() {\n  const text = 'a'\n  return fail('', '') ?? text\n}")
  const other = "function f() {\n  fail('a', 'b')\n}\nfunction g() {\n  const text = 1\n  return text\n}"
  expect(remove(other)).toContain('const text = 1\n  return text')
})

test('finds the parameters of the core that are texts', () => {
  const found = findTextParameters(join(ROOT, 'packages/core/src'))
  expect(found.get('throwBadOption')).toEqual([1])
  expect(found.get('unsupportedError')).toEqual([1])
  expect(found.get('closedError')).toEqual([0])
})

test('a function of another file with the same name keeps its arguments', () => {
  const found = findTextParameters(join(ROOT, 'packages/core/src'))
  expect(found.has('createError')).toBe(false)
  const own = "const create = (text: ErrorText) => new TautlineError('gap', text, {})\ncreate('a')"
  expect(remove(own)).toBe("const create = (text: ErrorText) => new TautlineError('gap', '', {})\ncreate('')")
})
