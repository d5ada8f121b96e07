import { expect, test } from 'vitest'
import { applyMutant, describeMutant, mutantsOf, sample } from './mutants.ts'

const changes = (code: string) => mutantsOf('a.ts', code).map((mutant) => applyMutant(code, mutant))

test.each([
  [
    'export const f = (a: number) => a < 1',
    ['export const f = (a: number) => a <= 1', 'export const f = (a: number) => a < (1 + 1)'],
  ],
  ['export const f = (a: boolean) => !a', ['export const f = (a: boolean) => (a)']],
  ['export const f = () => true', ['export const f = () => false']],
  ['export function f(a: boolean) { if (a) return }', ['export function f(a: boolean) { if (!(a)) return }']],
  ["export const f = (a: string) => a + 'b'", []],
  ['export interface A { readonly a: 1 }', []],
])('%s', (code, expected) => {
  expect(changes(code)).toEqual(expected)
})

test('the same seed chooses the same ones', () => {
  const all = mutantsOf('a.ts', 'export const f = (a: number) => [a < 1, a > 2, a === 3, a + 4]')
  expect(sample(all, 3, 7)).toEqual(sample(all, 3, 7))
  expect(new Set(sample(all, all.length, 7))).toEqual(new Set(all))
})

test('a description names the file, the line and the change', () => {
  const code = 'const a = 1\nexport const f = () => a < 2'
  const [, second] = mutantsOf('a.ts', code)
  expect(second && describeMutant(code, second)).toBe('a.ts:2: < → <=')
})
