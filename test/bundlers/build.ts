import { join } from 'node:path'
import type { Build } from './tools/types.ts'

// Builds the pages of a project with one bundler: node build.ts <bundler> <project>
// NODE_ENV says for which use. Writes the warnings, and exits with 1 if there are any.

const [tool = '', project = ''] = process.argv.slice(2)
const mode = process.env['NODE_ENV'] ?? ''
const path: string = `./tools/${tool}.ts`
const { build } = (await import(path)) as { build: Build } // each of these files has it

for (const page of ['react', 'vue']) {
  const entry = join(project, 'pages', `${page}.js`)
  const output = join(project, 'out', `${tool}-${page}-${mode}.js`)
  const warnings = await build({ project, entry, output, isProduction: mode === 'production' })
  for (const warning of warnings) process.stderr.write(`${page}, ${mode}: ${warning}\n`)
  if (warnings.length > 0) process.exitCode = 1
}
