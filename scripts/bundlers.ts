import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Bundle, MODES, PAGES, findProblems } from '../test/bundlers/checks.ts'
import { createPackedProject, runIn } from './packed-project.ts'
import { ROOT, run } from './processes.ts'

// Builds a page with each bundler from the packed packages, for development and for production. Each build has no
// warning, the right build of the packages, and no code of hooks that the page does not use.

/** The first one is the measure for the sizes of the others. */
const TOOLS = ['esbuild', 'rollup', 'vite', 'webpack', 'rspack', 'parcel'] as const

const problems: string[] = []

const project = await createPackedProject({
  files: 'test/bundlers/project',
  dependencies: ['react', 'vue'],
  // Parcel ignores `exports` without it.
  manifest: { '@parcel/resolver-default': { packageExports: true } },
})

// Two at a time: some bundlers use one core, others all.
const builds = TOOLS.flatMap((tool) => MODES.map((mode) => ({ tool, mode })))
await Promise.all([work(), work()])
async function work(): Promise<void> {
  for (let next = builds.pop(); next; next = builds.pop()) {
    const argv = ['node', join(ROOT, 'test/bundlers/build.ts'), next.tool, project]
    const { ok, output } = await run(argv, { cwd: project, env: { NODE_ENV: next.mode }, timeout: 300_000 })
    if (!ok || output) problems.push(`${next.tool}: ${output}`)
  }
}

const sizes = (tool: string) =>
  new Map(PAGES.map((page) => [page, new Bundle(project, tool, page, 'production').size]))
if (problems.length === 0) {
  for (const tool of TOOLS) {
    problems.push(...findProblems(project, tool, sizes('esbuild')).map((problem) => `${tool}: ${problem}`))
    console.log(`${tool}: ${[...sizes(tool)].map(([page, size]) => `${page} ${size} bytes`).join(', ')}`)
  }
}

await checkNode([], 'Close code 1 is not allowed')
await checkNode(['--conditions=production'], 'bad-close 1 (see errors.md of @tautline/core)')
await runIn(project, 'vitest', 'run', '--root', project, '--globals')
await checkDevelopmentServer()
checkClientBoundaries()

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

/** Both `import` and `require()` give the same build, and development says that the process has two copies. */
async function checkNode(flags: readonly string[], message: string): Promise<void> {
  const output = await runIn(project, 'node', ...flags, 'programs/node.js')
  if (output.split(message).length !== 3) problems.push(`Node ${flags.join(' ')}: ${output}`)
  const warned = output.includes('twice, by `import` and by `require()`')
  if (warned !== (flags.length === 0)) problems.push(`Node ${flags.join(' ')}, two copies: ${output}`)
}

async function checkDevelopmentServer(): Promise<void> {
  const output = await runIn(project, 'node', join(ROOT, 'test/bundlers/dev-server.ts'), project)
  if (!output.includes('@tautline/core/dist/index.js')) problems.push(`The server of Vite: ${output}`)
}

/** What a server component imports starts with the directive. */
function checkClientBoundaries(): void {
  const folder = join(project, 'node_modules/@tautline/react')
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports: object }
  const files = JSON.stringify(exports).matchAll(/"react-server":"([^"]+)"/g)
  const found = [...files].map(([, file = '']) => readFileSync(join(folder, file), 'utf8'))
  if (found.length < 12 || !found.every((text) => text.startsWith("'use client'\n")))
    problems.push('A module for server components has no client boundary.')
}
