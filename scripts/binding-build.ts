import type { Options } from 'tsup'

/** The entry points of `@tautline/react` and `@tautline/vue`: one for each path in `exports`. */
export const entry = [
  'src/index.ts',
  'src/connection.ts',
  'src/event-source.ts',
  'src/fetch.ts',
  'src/long-poll.ts',
  'src/web-socket.ts',
]

/** How tsup builds both packages. */
export const bindingBuild: Options = {
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
}
