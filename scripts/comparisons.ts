/** Reads the pages in docs/compare: their jobs, and their code, which a test compiles. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT, run } from './processes.ts'

/** The pages, and the label of the code of the other library. */
export const PAGES = {
  swr: 'SWR',
  'tanstack-query': 'TanStack Query',
  vueuse: 'VueUse',
  ky: 'ky',
  axios: 'axios',
} as const

/** The label of our code. */
const OWN = 'Tautline'

/** A block of code, and where it stands in its page. */
export interface CodeBlock {
  /** Relative to `docs/compare`, such as `swr/3-tautline.tsx`; a block that begins with `// name.ts` has this name. */
  readonly file: string
  readonly code: string
  /** The bold text above it. */
  readonly label: string
  readonly heading: string
}

/** @param name without its ending, such as `swr` */
export const readPage = (name: string): string =>
  readFileSync(join(ROOT, 'docs/compare', `${name}.md`), 'utf8')

/** The headings of the jobs, as `1. Show data`. */
export const findJobs = (page: string): string[] =>
  [...page.matchAll(/^## (\d+\. .+)$/gm)].map(([, title = '']) => title)

const LANGUAGES: Readonly<Record<string, string>> = { ts: 'ts', tsx: 'tsx', vue: 'vue' }

/** The blocks of code of a page. A block in a language that cannot be compiled, such as `sh`, is left out. */
export function findBlocks(page: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let heading = ''
  let label = ''
  for (const [, title, bold, language = '', code = ''] of text.matchAll(
    /^## (.+)$|^\*\*(.+?)\*\*$|^```(\w+)\n([^]*?)^```$/gm,
  )) {
    if (title !== undefined) [heading, label] = [title, '']
    else if (bold !== undefined) label = bold
    else if (language in LANGUAGES) {
      const name = /^\/\/ ([\w-]+\.tsx?)\n/.exec(code)?.[1] ?? `${blocks.length}.${LANGUAGES[language]}`
      blocks.push({ file: `${page}/${name}`, code, label, heading })
    }
  }
  return blocks
}

/** What is wrong with the jobs of a page: another list of jobs than the index has, or code that is missing. */
export function findProblems(name: string, label: string, text: string, jobs: readonly string[]): string[] {
  const found = findJobs(text)
  const blocks = findBlocks(name, text)
  return [
    ...jobs.filter((job) => !found.includes(job)).map((job) => `${name}.md has no job "${job}".`),
    ...found.filter((job) => !jobs.includes(job)).map((job) => `${name}.md: the index has no job "${job}".`),
    ...found.flatMap((job) =>
      [label, OWN]
        .filter((side) => !blocks.some((block) => block.heading === job && block.label === side))
        .map((side) => `${name}.md: the job "${job}" has no code of ${side}.`),
    ),
  ]
}

/**
 * Compiles blocks with the strict options of the repository and the installed libraries, Vue components with their
 * templates.
 *
 * @param shared blocks that the pages import from `./`, such as types
 * @returns the errors of the compiler, each with its file
 */
export async function compileBlocks(
  blocks: readonly CodeBlock[],
  shared: readonly CodeBlock[],
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tautline-comparisons-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    for (const { file, code } of [...blocks, ...copyShared(blocks, shared)]) write(join(folder, file), code)
    write(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig))
    const command = ['vue-tsc', '--project', join(folder, 'tsconfig.json'), '--pretty', 'false']
    const { ok, output } = await run(command, { cwd: folder, timeout: 300_000 })
    // The lines below an error explain it, and are indented.
    return ok ? [] : output.trim().split(/\n(?! )/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const copyShared = (blocks: readonly CodeBlock[], shared: readonly CodeBlock[]): CodeBlock[] =>
  [...new Set(blocks.map(({ file }) => dirname(file)))].flatMap((page) =>
    shared.map((block) => ({ ...block, file: join(page, block.file.replace(/^.*\//, '')) })),
  )

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const source = (path: string): string[] => [join(ROOT, 'packages', path)]

const tsconfig = {
  extends: join(ROOT, 'tsconfig.base.json'),
  compilerOptions: {
    paths: {
      '@tautline/core': source('core/src/index.ts'),
      '@tautline/core/connection': source('core/src/transports/index.ts'),
      '@tautline/core/*': source('core/src/*/index.ts'),
      '@tautline/react': source('react/src/index.ts'),
      '@tautline/vue': source('vue/src/index.ts'),
    },
  },
  include: ['*/*'],
}
