import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/index.ts', 'src/web-socket.ts'],
  format: ['esm', 'cjs'],
  target: 'es2022',
  tsconfig: 'tsconfig.build.json',
  dts: true,
  splitting: true,
  clean: true,
  // The hooks run in the browser: a server component that imports them meets a client boundary.
  banner: { js: "'use client'" },
})
