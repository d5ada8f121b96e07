import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { aliases } from '../aliases.ts'
import { contenders } from './contenders.ts'
import { STUB, fetchContenders } from './fetch/contenders.ts'
import { PAGE } from './poll/transports.ts'
import { hooks, painters, readers } from './sse/contenders.ts'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** The folder of the built pages. */
export const dist = here('dist')

/** Builds the pages for production. `readable` turns off minification, for profiles. */
export async function buildPages({ readable = false } = {}): Promise<void> {
  const all = [
    ...contenders,
    ...readers,
    ...hooks,
    ...painters,
    ...fetchContenders,
    { page: PAGE },
    { page: STUB },
  ]
  rmSync(dist, { recursive: true, force: true })
  await build({
    configFile: false,
    root: here('.'),
    mode: 'production',
    logLevel: 'warn',
    resolve: { alias: aliases, dedupe: ['react', 'react-dom', 'vue'] },
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: {
      outDir: dist,
      target: 'es2022',
      minify: !readable,
      modulePreload: false,
      rolldownOptions: {
        // All code runs in the browser, so `use client` has no meaning.
        checks: { moduleLevelDirective: false },
        input: Object.fromEntries(all.map(({ page }) => [page, here(`pages/${page}`)])),
        output: { entryFileNames: '[name].js', chunkFileNames: 'shared-[name].js' },
      },
    },
  })
}
