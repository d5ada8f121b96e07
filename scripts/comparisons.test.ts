import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PAGES, compileBlocks, findBlocks, findJobs, findProblems, readPage } from './comparisons.ts'
import { ROOT } from './processes.ts'

const index = readPage('README')
const jobs = [...index.matchAll(/^(\d+\. .+)$/gm)].map(([, job = '']) => job)
const shared = findBlocks('shared', index)
const pages = Object.entries(PAGES).map(([name, label]) => ({ name, label, text: readPage(name) }))
const blocks = pages.flatMap(({ name, text }) => findBlocks(name, text))
/** Code in files outside of `docs/`. */
const included = [
  'packages/core/errors.md',
  'examples/scale-out/README.md',
  'README.md',
  'packages/core/README.md',
  'packages/react/README.md',
  'packages/vue/README.md',
].flatMap((file, index) => findBlocks(`included-${index}`, readFileSync(join(ROOT, file), 'utf8')))

test('the index has ten jobs', () => {
  expect(jobs).toHaveLength(10)
})

test.each(pages)('the page $name has the same ten jobs, each with the code of $label and ours', (page) => {
  expect(findJobs(page.text)).toEqual(jobs)
  expect(findProblems(page.name, page.label, page.text, jobs)).toEqual([])
})

/** Compiled together with the pages, because the compiler takes long to start. */
const broken = findBlocks(
  'broken',
  [
    "```tsx\nimport useSWR from 'swr'\nexport const use = () => useSWR('/a', { dedupeInterval: 1 })\n```",
    '```vue\n<script setup lang="ts">\nimport type { User } from \'./types\'\ndefineProps<{ user: User }>()\n</script>\n\n<template>{{ user.nmae }}</template>\n```',
    "```ts\nimport { useFetch } from '@tautline/react'\nexport const name: number = useFetch('/a').status\n```",
  ].join('\n\n'),
)

test('all code in the pages compiles, and code that does not is reported', async () => {
  expect(blocks.length).toBeGreaterThanOrEqual(100)
  expect(included.length).toBeGreaterThanOrEqual(3 + 4 + 3)
  const errors = await compileBlocks([...blocks, ...included, ...broken], shared)
  expect(errors.filter((error) => !error.startsWith('broken/'))).toEqual([])
  expect(errors.map((error) => error.replace(/\(.*?\)/, ''))).toEqual([
    expect.stringMatching(/^broken\/0\.tsx: [^]*'dedupeInterval' does not exist/),
    expect.stringMatching(/^broken\/1\.vue: .*'nmae' does not exist/),
    expect.stringMatching(/^broken\/2\.ts: .*not assignable to type 'number'/),
  ])
}, 300_000)

test('a job that is missing, has another title or no code is a problem', () => {
  const page = '## 1. Read\n\n**SWR**\n\n```ts\n1\n```\n\n## 3. Swim\n\n**Tautline**\n\n```ts\n1\n```\n'
  expect(findProblems('swr', 'SWR', page, ['1. Read', '2. Write'])).toEqual([
    'swr.md has no job "2. Write".',
    'swr.md: the index has no job "3. Swim".',
    'swr.md: the job "1. Read" has no code of Tautline.',
    'swr.md: the job "3. Swim" has no code of SWR.',
  ])
})

test('every link to a file leads to one', () => {
  const links = [index, ...pages.map(({ text }) => text)].flatMap((text) =>
    [...text.matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) => link),
  )
  expect(links.length).toBeGreaterThan(10)
  expect(links.filter((link) => !existsSync(join(ROOT, 'docs/compare', link)))).toEqual([])
})

test('the pages name the installed versions', () => {
  const { devDependencies } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const names = ['swr', '@tanstack/react-query', '@tanstack/vue-query', '@vueuse/core', 'ky', 'axios']
  const named = [
    ...pages
      .map(({ text }) => text)
      .join('\n')
      .matchAll(/`((?:@[\w-]+\/)?[\w-]+) (\d+\.\d+\.\d+)`/g),
  ]
  expect(Object.fromEntries(named.map(([, name, version]) => [name, version]))).toEqual(
    Object.fromEntries(names.map((name) => [name, devDependencies[name]])),
  )
})
