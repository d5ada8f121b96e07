import { basename, dirname } from 'node:path'
import webpack from 'webpack'
import type { Build } from './types.ts'

export const build: Build = ({ project, entry, output, isProduction }) => {
  const compiler = webpack({
    context: project,
    entry,
    mode: isProduction ? 'production' : 'development',
    devtool: false,
    output: { path: dirname(output), filename: basename(output) },
  })
  return new Promise((resolve, reject) => {
    compiler.run((error, stats) => {
      const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {}
      if (error) reject(error)
      else if (errors.length > 0) reject(new Error(errors.map(({ message }) => message).join('\n')))
      else resolve(warnings.map(({ message }) => message))
    })
  })
}
