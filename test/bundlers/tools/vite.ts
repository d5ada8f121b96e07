import { basename, dirname } from 'node:path'
import { build as bundle, createLogger } from 'vite'
import type { Build } from './types.ts'

export const build: Build = async ({ project, entry, output, isProduction }) => {
  const warnings: string[] = []
  const warn = (text: string) => warnings.push(text)
  await bundle({
    root: project,
    configFile: false,
    logLevel: 'warn',
    mode: isProduction ? 'production' : 'development',
    customLogger: { ...createLogger('silent'), warn, warnOnce: warn },
    build: {
      outDir: dirname(output),
      emptyOutDir: false,
      minify: isProduction,
      rolldownOptions: { input: entry, output: { format: 'iife', entryFileNames: basename(output) } },
    },
  })
  return warnings
}
