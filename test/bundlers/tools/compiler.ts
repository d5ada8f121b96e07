import { basename, dirname } from 'node:path'
import type { Build } from './types.ts'

/** What is used of webpack, and of Rspack, which has its interface. */
interface Options {
  readonly context: string
  readonly entry: string
  readonly mode: 'production' | 'development'
  readonly devtool: false
  readonly output: { readonly path: string; readonly filename: string }
}
interface Report {
  readonly errors?: readonly { readonly message: string }[]
  readonly warnings?: readonly { readonly message: string }[]
}
interface Stats {
  toJson(options: { readonly all: false; readonly errors: true; readonly warnings: true }): Report
}
interface Compiler {
  run(callback: (error: Error | null, stats: Stats | undefined) => void): void
}

/** Builds with webpack or Rspack. */
export const buildWith =
  (createCompiler: (options: Options) => Compiler): Build =>
  ({ project, entry, output, isProduction }) => {
    const compiler = createCompiler({
      context: project,
      entry,
      mode: isProduction ? 'production' : 'development',
      devtool: false,
      output: { path: dirname(output), filename: basename(output) },
    })
    return new Promise((resolve, reject) => {
      compiler.run((error, stats) => {
        const { errors = [], warnings = [] } =
          stats?.toJson({ all: false, errors: true, warnings: true }) ?? {}
        if (error) reject(error)
        else if (errors.length > 0) reject(new Error(errors.map(({ message }) => message).join('\n')))
        else resolve(warnings.map(({ message }) => message))
      })
    })
  }
