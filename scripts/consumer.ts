import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, onStop, run, stopAll } from './processes.ts'

// What a stranger gets: the packages are packed as for the registry, installed by npm into an empty project,
// and used there by the little programs of `test/consumer`, as ES modules and as CommonJS.

const PACKAGES = ['core', 'react', 'vue'] as const
/** With the versions of the root, so that the check is the same tomorrow. */
const BESIDE = [
  'react',
  'react-dom',
  'vue',
  'typescript',
  '@types/node',
  '@types/react',
  '@types/react-dom',
] as const

const project = mkdtempSync(join(tmpdir(), 'tautline-consumer-'))
process.on('exit', () => rmSync(project, { recursive: true, force: true }))
onStop(stopAll)

try {
  cpSync(join(ROOT, 'test/consumer'), project, { recursive: true })
  const tarballs = await pack()
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest(tarballs), undefined, 2))
  await here('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline')
  await here('node', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.json')
  await here('node', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.bundler.json')
  await here('node', 'out/modules.js')
  await here('node', 'out/common.cjs')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function here(...argv: string[]): Promise<void> {
  const { ok, output } = await run(argv, { cwd: project, timeout: 300_000 })
  if (!ok) throw new Error(`$ ${argv.join(' ')}\n${output}`)
}

async function pack(): Promise<Record<string, string>> {
  const tarballs: Record<string, string> = {}
  for (const name of PACKAGES) {
    const out = join(project, `${name}.tgz`)
    const cwd = join(ROOT, 'packages', name)
    const { ok, output } = await run(['pnpm', 'pack', '--out', out], { cwd, timeout: 60_000 })
    if (!ok) throw new Error(`${name} cannot be packed\n${output}`)
    tarballs[`@tautline/${name}`] = `file:${name}.tgz`
  }
  return tarballs
}

function manifest(tarballs: Record<string, string>): object {
  const root: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const pinned = new Map(Object.entries(devDependenciesOf(root)))
  const beside = Object.fromEntries(BESIDE.map((name) => [name, pinned.get(name)]))
  return { name: 'consumer', private: true, type: 'module', dependencies: { ...tarballs, ...beside } }
}

function devDependenciesOf(value: unknown): object {
  const found = typeof value === 'object' && value !== null && 'devDependencies' in value
  if (!found || typeof value.devDependencies !== 'object' || value.devDependencies === null) {
    throw new Error('The root has no devDependencies')
  }
  return value.devDependencies
}
