import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, onStop, run, stopAll } from './processes.ts'

// A project of a user: the packages are packed as for the registry, and installed with npm into an empty folder.

const PACKAGES = ['core', 'react', 'vue'] as const

/** In ms, for one command, on a busy machine. */
const TIMEOUT = 300_000

export interface ProjectOptions {
  /** The folder whose files are copied into the project, relative to the repository. */
  readonly files: string
  /** Further dependencies, in the versions of the root's package.json, so that every run installs the same. */
  readonly dependencies: readonly string[]
  /** Further members of the package.json. */
  readonly manifest?: object
  /** Further dependencies, with their versions. */
  readonly versions?: Readonly<Record<string, string>>
}

/** Creates the project in a new folder, which is deleted when this process ends. Returns the path of the folder. */
export async function createPackedProject(options: ProjectOptions): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), 'tautline-project-'))
  process.on('exit', () => rmSync(project, { recursive: true, force: true }))
  onStop(stopAll)
  cpSync(join(ROOT, options.files), project, { recursive: true })
  const dependencies = { ...(await pack(project)), ...pinned(options.dependencies), ...options.versions }
  const manifest = { name: 'project', private: true, type: 'module', ...options.manifest, dependencies }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, undefined, 2))
  await runIn(project, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline')
  return project
}

/** Runs a program, and returns its output. Rejects with it if the program fails. */
export async function runIn(cwd: string, ...argv: string[]): Promise<string> {
  const { ok, output } = await run(argv, { cwd, timeout: TIMEOUT })
  if (!ok) throw new Error(`$ ${argv.join(' ')}\n${output}`)
  return output
}

async function pack(project: string): Promise<Record<string, string>> {
  const tarballs: Record<string, string> = {}
  for (const name of PACKAGES) {
    await runIn(join(ROOT, 'packages', name), 'pnpm', 'pack', '--out', join(project, `${name}.tgz`))
    tarballs[`@tautline/${name}`] = `file:${name}.tgz`
  }
  return tarballs
}

function pinned(names: readonly string[]): Record<string, unknown> {
  const root: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const versions = new Map(Object.entries(devDependenciesOf(root)))
  return Object.fromEntries(names.map((name) => [name, versions.get(name)]))
}

function devDependenciesOf(value: unknown): object {
  const found = typeof value === 'object' && value !== null && 'devDependencies' in value
  if (!found || typeof value.devDependencies !== 'object' || value.devDependencies === null) {
    throw new Error('Could not find devDependencies in the package.json of the root.')
  }
  return value.devDependencies
}
