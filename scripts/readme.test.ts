import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './processes.ts'
import { countWords, findAnchors, findLinks } from './readme.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

test('the README has at most 1,200 words, without its code and the table of sizes', () => {
  expect(countWords(read('README.md'))).toBeLessThanOrEqual(1_200)
})

test('code and what the bench writes are no words, all other text is', () => {
  const text = [
    '# One two',
    '```ts',
    'const a = 1',
    '```',
    '| three | `four` |',
    '<!-- sizes: written by the bench -->',
    '| many | words |',
    '<!-- sizes: end -->',
    'five',
  ].join('\n')
  // A separator of a table counts too.
  expect(countWords(text)).toBe(9)
})

test('every link of the README leads to a file, and to a heading of that file', () => {
  const links = findLinks(read('README.md'))
  expect(links.length).toBeGreaterThan(30)
  const problems = links.filter(({ file, anchor }) => {
    if (!existsSync(join(ROOT, file))) return true
    return anchor !== undefined && !findAnchors(read(file)).includes(anchor)
  })
  expect(problems).toEqual([])
})

describe.each(['core', 'react', 'vue'])('the README of @tautline/%s', (name) => {
  const file = `packages/${name}/README.md`

  test('is short', () => {
    expect(countWords(read(file))).toBeLessThanOrEqual(400)
  })

  test('links only to files that the package contains', () => {
    const folder = dirname(join(ROOT, file))
    const { files } = JSON.parse(read(`packages/${name}/package.json`)) as { readonly files: string[] }
    const problems = findLinks(read(file)).filter(
      (link) => !files.includes(link.file) || !existsSync(join(folder, link.file)),
    )
    expect(problems).toEqual([])
  })
})

test('links to files are found, with their anchors, and links to sites are not', () => {
  const text = '[a](docs/a.md) [b](b.md#there) ![c](c.png) [d](https://example.com) [e](#here)'
  expect(findLinks(text)).toEqual([
    { file: 'docs/a.md' },
    { file: 'b.md', anchor: 'there' },
    { file: 'c.png' },
  ])
})

test('an anchor is the heading in lower case, with hyphens', () => {
  expect(findAnchors('## What the server has to do\n\ntext\n\n### Socket.IO, and `more`')).toEqual([
    'what-the-server-has-to-do',
    'socket-io-and-more',
  ])
})
