import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { defineConfig } from 'tsup'
import { bindingBuild, entry } from '../../scripts/binding-build.ts'
import { tidyMapComments } from '../../scripts/map-comments.ts'

export default defineConfig({
  ...bindingBuild,
  async onSuccess() {
    tidyMapComments('dist')
    await writeClientBoundaries()
  },
})

/**
 * Writes what a server component imports, by the condition `react-server`: the same exports behind `'use client'`.
 *
 * The hooks run in the browser, so the import has to meet a client boundary. The other files have no such directive,
 * because Rollup warns about it.
 */
async function writeClientBoundaries(): Promise<void> {
  await mkdir('dist/react-server', { recursive: true })
  for (const file of entry) {
    const name = basename(file, '.ts')
    const path: string = join(import.meta.dirname, `dist/${name}.js`)
    const names = Object.keys((await import(path)) as object) // a namespace
    const write = async (ending: string, program: string) =>
      writeFile(`dist/react-server/${name}.${ending}`, `'use client'\n${program}\n`)
    await write('js', `export { ${names.join(', ')} } from '../${name}.js'`)
    await write('cjs', `module.exports = require('../${name}.cjs')`)
  }
}
