import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { ROOT } from './processes.ts'
import { findWords, findingsIn, wordsOf } from './words.ts'

test.each([
  ['lastLineAt', ['last', 'line', 'at']],
  ['#lastLineAt', ['last', 'line', 'at']],
  ['LAST_LINE_AT', ['last', 'line', 'at']],
  ['SSELine', ['sse', 'line']],
  ['deadline', ['deadline']],
])('the words of %s', (name, words) => {
  expect(wordsOf(name)).toEqual(words)
})

describe('findings', () => {
  const words = (file: string, code: string) => findingsIn(file, code).map(({ name, word }) => [name, word])

  test('a name is reported with the word that is not used', () => {
    expect(
      words('packages/core/src/connection/a.ts', 'export const openLine = (told: number) => told'),
    ).toEqual([
      ['openLine', 'line'],
      ['told', 'told'],
    ])
  })

  test('a private member and a type are names too', () => {
    expect(words('packages/core/src/connection/a.ts', 'class Wish { #kept = 1 }')).toEqual([
      ['Wish', 'wish'],
      ['#kept', 'kept'],
    ])
  })

  test('texts and comments are no names', () => {
    expect(words('packages/core/src/a.ts', "// told\nexport const text = 'an answer'")).toEqual([])
  })

  test('a line of text is a line in a parser, and a hook is one in React', () => {
    expect(words('packages/core/src/event-source/parser.ts', 'const line = 1')).toEqual([])
    expect(words('packages/react/src/a.ts', 'const hook = 1')).toEqual([])
    expect(words('packages/core/src/a.ts', 'const hook = 1')).toEqual([['hook', 'hook']])
  })

  test('only the script of a Vue component is read', () => {
    expect(
      words('stories/A.vue', '<script setup>\nconst told = 1\n</script>\n<template>answer</template>'),
    ).toEqual([['told', 'told']])
  })
})

test('no name in the repository has a word that the field does not use', () => {
  const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n')
  expect(files.length).toBeGreaterThan(500)
  expect(findWords(ROOT, files)).toEqual([])
})
