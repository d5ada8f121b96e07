import { expect, test } from 'vitest'
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
