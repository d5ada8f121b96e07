import { brotliCompressSync } from 'node:zlib'
import { build } from 'vite'
import { aliases } from '../../aliases.ts'
import { type Asker, askers } from './contenders.ts'

export interface SizeLine {
  readonly asker: Asker
  /** Bytes, minified. */
  readonly minified: number
  /** Bytes of that, compressed by brotli as far as it goes. */
  readonly brotli: number
}

const ENTRY = 'virtual:entry'

/** What a page loads for each of them, with all that it depends on but the framework. */
export async function sizeCase(): Promise<SizeLine[]> {
  const lines: SizeLine[] = []
  for (const asker of askers) {
    const code = await bundle(`export ${asker.exports}`)
    const brotli = brotliCompressSync(code).length
    lines.push({ asker, minified: Buffer.byteLength(code), brotli })
  }
  return lines
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
        // Resolved as if it stood here: from where what it imports is found.
        resolveId: (id) => (id === ENTRY ? `${import.meta.dirname}/entry.js` : null),
        load: (id) => (id.endsWith('/bench/fetch/entry.js') ? entry : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        // A page is all client.
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
