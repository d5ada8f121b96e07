import { copyFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Parcel } from '@parcel/core'
import logger from '@parcel/logger'
import type { Build } from './types.ts'

const { resolve } = createRequire(import.meta.url)

export const build: Build = async ({ entry, output, isProduction }) => {
  const mode = isProduction ? 'production' : 'development'
  const warnings: string[] = []
  const listener = logger.default.onLog((event) => {
    if (event.level === 'warn') warnings.push(JSON.stringify(event))
  })
  const { bundleGraph } = await new Parcel({
    entries: [entry],
    defaultConfig: resolve('@parcel/config-default'),
    mode,
    env: { NODE_ENV: mode },
    shouldDisableCache: true,
    defaultTargetOptions: {
      distDir: `${output}.parcel`,
      shouldOptimize: isProduction,
      shouldScopeHoist: isProduction,
      sourceMaps: false,
      engines: { browsers: ['last 1 Chrome version'] },
    },
  }).run()
  listener.dispose()
  const [bundle] = bundleGraph.getBundles()
  if (bundle) await copyFile(bundle.filePath, output)
  return warnings
}
