/**
 * Changes the pure files and the caches of the core, one small change at a time, and reports the changes that no test notices.
 *
 * Usage: node scripts/mutate.ts [--count 80] [--seed 1] [--only text-in-path]
 */
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Mutant, applyMutant, describeMutant, mutantsOf, sample } from './mutants.ts'
import { ROOT, run } from './processes.ts'

const CORE = 'packages/core/src'
const SUBJECTS = [
  `${CORE}/{shared,machine}/*.ts`,
  `${CORE}/http/{status,http-date,body}.ts`,
  `${CORE}/event-source/parser.ts`,
  `${CORE}/web-socket/outbox.ts`,
  `${CORE}/long-poll/{cursor,dedupe,poll-batch}.ts`,
  `${CORE}/connection/{subscribers,connection-pool,identity,rekey,detached-state,snapshot}.ts`,
  `${CORE}/fetch/cache/*.ts`,
  `${CORE}/fetch/request/{request-key,classify-response}.ts`,
]

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
})

/** Copies the files that the tests of the core need, so that the mutants do not change this checkout. */
function copyCheckout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tautline-mutants-'))
  for (const path of ['packages', 'docs', 'test']) {
    cpSync(join(ROOT, path), join(folder, path), {
      recursive: true,
      filter: (from) => !/[\\/](node_modules|dist)$/.test(from),
    })
  }
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'aliases.ts'])
    copyFileSync(join(ROOT, file), join(folder, file))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  symlinkSync(join(ROOT, 'packages/core/node_modules'), join(folder, 'packages/core/node_modules'))
  writeFileSync(join(folder, 'vitest.config.ts'), CONFIG)
  return folder
}

const CONFIG = `import { aliases } from './aliases.ts'
export default {
  resolve: { alias: aliases },
  test: {
    include: ['packages/core/{src,test}/**/*.test.ts'],
    setupFiles: ['packages/core/test/setup.ts'],
    testTimeout: 60_000,
    bail: 1,
  },
}
`

const PROPERTY_TESTS = '**/*property.test.ts'

/** The order in which tests run: those of the same room are the most likely to notice, and property tests are the slowest. */
function filtersFor(file: string): string[][] {
  const room = file.slice(0, file.lastIndexOf('/'))
  return [[room, '--exclude', PROPERTY_TESTS], ['--exclude', PROPERTY_TESTS], []]
}

async function isNoticed(folder: string, { file }: Mutant): Promise<boolean> {
  for (const filter of filtersFor(file)) {
    const { ok } = await run(['vitest', 'run', '--reporter=dot', '--passWithNoTests', ...filter], {
      cwd: folder,
      timeout: 900_000,
    })
    if (!ok) return true
  }
  return false
}

const files = globSync(SUBJECTS, { cwd: ROOT }).filter(
  (file) => !file.endsWith('.test.ts') && file.includes(values.only),
)
const all = files.flatMap((file) => mutantsOf(file, readFileSync(join(ROOT, file), 'utf8')))
const chosen = sample(all, Number(values.count), Number(values.seed))
const folder = copyCheckout()
const survivors: string[] = []
try {
  for (const mutant of chosen) {
    const text = readFileSync(join(ROOT, mutant.file), 'utf8')
    writeFileSync(join(folder, mutant.file), applyMutant(text, mutant))
    const noticed = await isNoticed(folder, mutant)
    writeFileSync(join(folder, mutant.file), text)
    console.log(`${noticed ? 'noticed ' : 'SURVIVED'} ${describeMutant(text, mutant)}`)
    if (!noticed) survivors.push(describeMutant(text, mutant))
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
const share = ((chosen.length - survivors.length) / chosen.length) * 100
console.log(
  `\n${chosen.length - survivors.length} of ${chosen.length} changes were noticed (${share.toFixed(0)} %).`,
)
for (const survivor of survivors) console.log(`  ${survivor}`)
