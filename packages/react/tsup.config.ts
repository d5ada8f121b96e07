import { readFile, readdir, writeFile } from 'node:fs/promises'
import { defineConfig } from 'tsup'

// The hooks run in the browser: a server component that imports them meets a client boundary.
const CLIENT = "'use client'\n"

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
  async onSuccess() {
    // Not by `banner`: CommonJS files would get it below code of their own, where it is no directive any more.
    const files = (await readdir('dist')).filter((file) => /\.c?js$/.test(file))
    await Promise.all(
      files.map(async (file) => writeFile(`dist/${file}`, CLIENT + (await readFile(`dist/${file}`, 'utf8')))),
    )
  },
})
