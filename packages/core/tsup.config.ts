import { defineConfig } from 'tsup'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/event-source.ts',
    'src/event-source-class.ts',
    'src/fetch.ts',
    'src/long-poll.ts',
    'src/web-socket.ts',
    'src/testing.ts',
  ],
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: true,
  // One copy of the pool, whichever sub-path a page imports.
  splitting: true,
  treeshake: true,
  clean: true,
})
