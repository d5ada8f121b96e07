import { defineConfig } from 'tsup'
import { tidyMapComments } from '../../scripts/map-comments.ts'

// One for each path in `exports`.
const entry = [
  'src/index.ts',
  'src/connection.ts',
  'src/event-source.ts',
  'src/fetch.ts',
  'src/long-poll.ts',
  'src/web-socket.ts',
]

export default defineConfig({
  entry,
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: true,
  splitting: true,
  // Chunks have no side effects: an import of a chunk that only loads it is left out. Bundlers would warn about it.
  treeshake: { moduleSideEffects: 'no-external' },
  sourcemap: true,
  // The package has the sources themselves.
  esbuildOptions(options) {
    options.sourcesContent = false
  },
  clean: true,
  async onSuccess() {
    tidyMapComments('dist')
  },
})
