import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { checkAnchors, checkPages } from '../docs/.vitepress/build.ts'
import { pages } from '../docs/.vitepress/pages.ts'
import { searchText } from '../docs/.vitepress/search.ts'
import { findDocs, findMissingFiles, findOwnCode, findStories, findStoryLinks, readDoc } from './docs.ts'

const docs = findDocs().map((file) => ({ file, text: readDoc(file) }))

test('pages import their code from files, except the comparisons, which have a test of their own', () => {
  expect(docs.length).toBeGreaterThan(40)
  const problems = docs
    .filter(({ file }) => !file.startsWith('compare/'))
    .flatMap(({ file, text }) => findOwnCode(text).map((code) => `${file}: ${code}`))
  expect(problems).toEqual([])
})

test('every imported or included file exists', () => {
  const problems = docs.flatMap(({ file, text }) =>
    findMissingFiles(file, text).map((path) => `${file}: ${path}`),
  )
  expect(problems).toEqual([])
})

test('every linked story exists', () => {
  const stories = findStories()
  const links = docs.flatMap(({ file, text }) => findStoryLinks(text).map((id) => ({ file, id })))
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter(({ id }) => !stories.has(id))).toEqual([])
})

test('code of a page, a missing file and a link to a story are found', () => {
  const text = [
    '```tsx',
    'const a = 1',
    '```',
    '<<< @/../stories/recipes/quick-start.tsx [React]',
    '<<< @/../stories/recipes/missing.conf{nginx}',
    '<!--@include: ./missing.md-->',
    '[Chat](story:examples-chat--shared-socket)',
  ].join('\n')
  expect(findOwnCode(text)).toEqual(['const a = 1'])
  expect(findMissingFiles('guide/a.md', text)).toEqual([
    expect.stringMatching(/missing\.conf$/),
    './missing.md',
  ])
  expect(findStoryLinks(text)).toEqual(['examples-chat--shared-socket'])
})

describe('the build of the site', () => {
  const folders: string[] = []
  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })))

  /** Writes built pages into a new folder. */
  function build(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(tmpdir(), 'tautline-docs-'))
    folders.push(folder)
    for (const [file, html] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), html)
    }
    return folder
  }

  test('each page has a title and a description of one line', () => {
    const lines = pages.flatMap(({ text, description }) => [text, description])
    expect(lines.filter((line) => line.trim() === '' || line.includes('\n'))).toEqual([])
  })

  test('a page that is not listed, and a listed page without a file, fail', () => {
    const listed = [{ link: '/help/', text: 'Help', description: 'Help.' }]
    expect(() => checkPages(['help/index.md'], listed)).not.toThrow()
    expect(() => checkPages(['new.md'], listed)).toThrow(
      '/new is not in pages.ts.\n/help/ is in pages.ts, but has no file.',
    )
  })

  test('a link to an anchor that does not exist fails, on the same page and on another one', () => {
    const target = '<h2 id="there">There</h2>'
    const good = '<a href="/help/#there">a</a><a href="#here">b</a><h2 id="here">Here</h2>'
    expect(() => checkAnchors(build({ 'a.html': good, 'help/index.html': target }))).not.toThrow()
    const bad = '<a href="/help/#where">a</a><a href="#nowhere">b</a>'
    expect(() => checkAnchors(build({ 'a.html': bad, 'help/index.html': target }))).toThrow(
      'Dead anchors:\n/a: no anchor /help/#where\n/a: no anchor #nowhere',
    )
  })

  test('the search finds options by name, and no code', () => {
    const text = 'Before\n```ts\nsecret()\n```\n<ApiTable head="Option" of="optionDocs" />\nAfter'
    expect(searchText(text)).toMatch(/^Before\n\n- `enabled`: [^]+- `closeDelay`: [^]+\nAfter$/)
    expect(searchText(text)).not.toContain('secret')
  })
})
