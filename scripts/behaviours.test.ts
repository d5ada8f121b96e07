import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findProofs, linked } from './behaviours.ts'

const text = readFileSync(new URL('../docs/behaviours.md', import.meta.url), 'utf8')
const numbers = [...text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number))

test.each(numbers)('behaviour %i has a test', (number) => {
  expect(findProofs().get(number) ?? []).not.toEqual([])
})

test('the page links each of them', () => {
  expect(linked(text), 'run: pnpm behaviours').toBe(text)
})
