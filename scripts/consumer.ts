import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, onStop, run, stopAll } from './processes.ts'

// Checks the packages as a user gets them: packs them as for the registry, installs them with npm into an empty project,
// and runs the small programs of `test/consumer` there, as ES modules and as CommonJS.

const PACKAGES = ['core', 'react', 'vue'] as const
/** What the programs also need, in the versions of the root's package.json, so that every run installs the same. */
const DEPENDENCIES = [
  'react',
  'react-dom',
  'vue',
  'typescript',
  '@types/node',
  '@types/react',
  '@types/react-dom',
] as const

/** The oldest and the newest TypeScript that a user may have (README.md, "Install"). */
const TYPESCRIPT_VERSIONS = { oldest: '5.5.4', newest: '7.0.2' }

const project = mkdtempSync(join(tmpdir(), 'tautline-consumer-'))
process.on('exit', () => rmSync(project, { recursive: true, force: true }))
onStop(stopAll)

try {
  cpSync(join(ROOT, 'test/consumer'), project, { recursive: true })
  const tarballs = await pack()
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest(tarballs), undefined, 2))
  await runInProject('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline')
  await runInProject('node', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.json')
  await runInProject('node', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.bundler.json')
  for (const name of Object.keys(TYPESCRIPT_VERSIONS))
    await runInProject('node', `node_modules/typescript-${name}/bin/tsc`, '--project', 'tsconfig.oldest.json')
  for (const build of [[], ['--conditions=production']]) {
    await runInProject('node', ...build, 'out/modules.js')
    await runInProject('node', ...build, 'out/common.cjs')
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function runInProject(...argv: string[]): Promise<void> {
  const { ok, output } = await run(argv, { cwd: project, timeout: 300_000 })
  if (!ok) throw new Error(`$ ${argv.join(' ')}\n${output}`)
}

async function pack(): Promise<Record<string, string>> {
  const tarballs: Record<string, string> = {}
  for (const name of PACKAGES) {
    const out = join(project, `${name}.tgz`)
    const cwd = join(ROOT, 'packages', name)
    const { ok, output } = await run(['pnpm', 'pack', '--out', out], { cwd, timeout: 300_000 })
    if (!ok) throw new Error(`Could not pack packages/${name}. The output of pnpm:\n${output}`)
    tarballs[`@tautline/${name}`] = `file:${name}.tgz`
  }
  return tarballs
}

function manifest(tarballs: Record<string, string>): object {
  const root: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const pinned = new Map(Object.entries(devDependenciesOf(root)))
  const dependencies = Object.fromEntries(DEPENDENCIES.map((name) => [name, pinned.get(name)]))
  const compilers = Object.fromEntries(
    Object.entries(TYPESCRIPT_VERSIONS).map(([name, version]) => [
      `typescript-${name}`,
      `npm:typescript@${version}`,
    ]),
  )
  return {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: { ...tarballs, ...dependencies, ...compilers },
  }
}

function devDependenciesOf(value: unknown): object {
  const found = typeof value === 'object' && value !== null && 'devDependencies' in value
  if (!found || typeof value.devDependencies !== 'object' || value.devDependencies === null) {
    throw new Error('Could not find devDependencies in the package.json of the root.')
  }
  return value.devDependencies
}
