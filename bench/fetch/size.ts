import { brotliCompressSync } from 'node:zlib'
import { build } from 'vite'
import { aliases } from '../../aliases.ts'
import { type SizeContender, clients, fetchContenders } from './contenders.ts'

export interface SizeRow {
  readonly contender: SizeContender
  /** Minified bytes. */
  readonly minified: number
  /** Minified bytes, compressed by brotli at its highest level. */
  readonly brotli: number
}

const ENTRY = 'virtual:entry'

/** Measures the bundle of each contender, with its dependencies but without the framework. */
export async function sizeCase(): Promise<SizeRow[]> {
  const rows: SizeRow[] = []
  for (const contender of [...fetchContenders, ...clients]) {
    const code = await bundle(`export ${contender.exports}`)
    const brotli = brotliCompressSync(code).length
    rows.push({ contender, minified: Buffer.byteLength(code), brotli })
  }
  return rows
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    mode: 'production',
    logLevel: 'warn',
    resolve: { alias: aliases },
    plugins: [
      {
        name: 'entry',
        // Resolved in this folder, so that its imports are found.
        resolveId: (id) => (id === ENTRY ? `${import.meta.dirname}/entry.js` : null),
        load: (id) => (id.endsWith('/bench/fetch/entry.js') ? entry : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        // All code runs in the browser, so `use client` has no meaning.
        checks: { moduleLevelDirective: false },
        input: ENTRY,
        external: [/^react(-dom)?($|\/)/, 'vue'],
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []))
  return outputs.map((output) => ('code' in output ? output.code : '')).join('')
}
