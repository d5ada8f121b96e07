import { defineConfig } from 'tsup'

export default defineConfig({
  // One for each path in `exports`.
  entry: {
    index: 'src/index.ts',
    connection: 'src/transports/index.ts',
    'event-source': 'src/event-source/index.ts',
    'event-source-class': 'src/event-source-class/index.ts',
    fetch: 'src/fetch/index.ts',
    'long-poll': 'src/long-poll/index.ts',
    'web-socket': 'src/web-socket/index.ts',
    'react-native': 'src/react-native/index.ts',
    testing: 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: true,
  // One copy of the pool, whichever sub-path a page imports.
  splitting: true,
  treeshake: true,
  clean: true,
})
