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
    // Shown also for packages that are linked, as in a monorepo; esbuild hides it for those in node_modules.
    logOverride: { 'ignored-bare-import': 'warning' },
    logLevel: 'silent',
  })
  return formatMessages(warnings, { kind: 'warning' })
}
