import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createIndex, findProblems, findPromises, findTests, findTitles } from './behaviours.ts'

const read = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8')
const page = read('behaviours.md')
const promises = findPromises(page)
const tests = findTests()

test.each(promises)('the promise $key has a test', ({ key }) => {
  expect(tests.filter((one) => one.key === key)).not.toEqual([])
})

test('every promise has a key of its own, and every key in a title has a promise', () => {
  expect(promises.length).toBeGreaterThan(50)
  expect(findProblems(promises, tests)).toEqual([])
})

test('the index is up to date', () => {
  expect(createIndex(promises, tests), 'run: npm run behaviours').toBe(read('behaviours-index.md'))
})

test('the page has fewer than 5,200 words', () => {
  expect(page.split(/\s+/).filter(Boolean).length).toBeLessThan(5200)
})

test('a title may have several keys, and a CSS selector is no title', () => {
  const text = "test('[close] [unmount] ends it', () => {})\nfind('[data-mine] button')\n"
  expect(findTitles('a.test.ts', text)).toEqual([
    { key: 'close', file: 'a.test.ts', title: 'ends it' },
    { key: 'unmount', file: 'a.test.ts', title: 'ends it' },
  ])
})

test('an unknown key, a promise without a test and a key used twice are problems', () => {
  const promise = (key: string) => ({ key, heading: 'Opening' })
  expect(
    findProblems(
      [promise('close'), promise('open'), promise('open')],
      [
        { key: 'open', file: 'a.test.ts', title: 'opens' },
        { key: 'colse', file: 'a.test.ts', title: 'closes' },
      ],
    ),
  ).toEqual([
    'Two promises have the key [open].',
    'a.test.ts: no promise has the key [colse] of "closes".',
    'The promise [close] has no test.',
  ])
})
