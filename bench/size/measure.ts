import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'
import type { SizeContender } from './contenders.ts'

/** The size of a bundle, in bytes. */
export interface Size {
  readonly minified: number
  readonly brotli: number
  readonly gzip: number
}

const ENTRY = 'virtual:entry'
const packages = fileURLToPath(new URL('../../packages/', import.meta.url))

/** Measures the production bundle of some exports, with their dependencies but without React and Vue. */
export async function measureSize({ names, from }: SizeContender): Promise<Size> {
  const code = await bundle(`export ${names} from '${from}'`)
  return {
    minified: Buffer.byteLength(code),
    brotli: brotliCompressSync(code).length,
    gzip: gzipSync(code, { level: 9 }).length,
  }
}

async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    mode: 'production',
    logLevel: 'warn',
    // The built packages, as an application gets them.
    resolve: { alias: [{ find: /^@tautline\/(react|vue)$/, replacement: `${packages}$1/dist/index.js` }] },
    plugins: [
      {
        name: 'entry',
        // Resolved in this folder, so that its imports are found.
        resolveId: (id) => (id === ENTRY ? `${import.meta.dirname}/entry.js` : null),
        load: (id) => (id.endsWith('/bench/size/entry.js') ? entry : null),
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
