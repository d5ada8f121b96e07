import { build as bundle, formatMessages } from 'esbuild'
import type { Build } from './types.ts'

export const build: Build = async ({ project, entry, output, isProduction }) => {
  const { warnings } = await bundle({
    absWorkingDir: project,
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    minify: isProduction,
    format: 'iife',
    target: 'es2022',
    // esbuild sets no such condition by itself.
    ...(isProduction ? { conditions: ['production', 'module'] } : {}),
    logLevel: 'silent',
  })
  return formatMessages(warnings, { kind: 'warning' })
}
