import { join } from 'node:path'
import { defineConfig } from 'tsup'
import { productionTexts } from '../../scripts/production-texts.ts'

// One for each path in `exports`.
const entry = {
  index: 'src/index.ts',
  connection: 'src/transports/index.ts',
  'event-source': 'src/event-source/index.ts',
  'event-source-class': 'src/event-source-class/index.ts',
  fetch: 'src/fetch/index.ts',
  'forever-frame': 'src/forever-frame/index.ts',
  'long-poll': 'src/long-poll/index.ts',
  'web-socket': 'src/web-socket/index.ts',
  'react-native': 'src/react-native/index.ts',
  testing: 'src/testing/index.ts',
}

export default defineConfig(({ env }) => ({
  entry,
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  // One copy of the pool, whichever sub-path a page imports.
  splitting: true,
  // Chunks have no side effects: an import of a chunk that only loads it is left out. Bundlers would warn about it.
  treeshake: { moduleSideEffects: 'no-external' },
  sourcemap: true,
  // The package has the sources themselves.
  esbuildOptions(options, { format }) {
    options.sourcesContent = false
    options.define = { ...options.define, MODULE_FORMAT: JSON.stringify(format) }
  },
  ...(env?.['NODE_ENV'] === 'production'
    ? {
        outDir: 'dist/production',
        esbuildPlugins: [productionTexts(join(import.meta.dirname, 'src'))],
        // Leaves out the warnings for developers.
        define: { 'process.env.NODE_ENV': '"production"' },
        minifySyntax: true,
      }
    : { dts: true, clean: true }),
}))
