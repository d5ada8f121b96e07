import { defineConfig } from 'tsup'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/connection.ts',
    'src/event-source.ts',
    'src/fetch.ts',
    'src/long-poll.ts',
    'src/web-socket.ts',
  ],
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: true,
  splitting: true,
  clean: true,
})
