import commonjs from '@rollup/plugin-commonjs'
import nodeResolve from '@rollup/plugin-node-resolve'
import replace from '@rollup/plugin-replace'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import type { Build } from './types.ts'

export const build: Build = async ({ project, entry, output, isProduction }) => {
  const warnings: string[] = []
  const bundle = await rollup({
    input: entry,
    plugins: [
      nodeResolve({ browser: true, rootDir: project }),
      commonjs(),
      replace({
        preventAssignment: true,
        'process.env.NODE_ENV': JSON.stringify(isProduction ? 'production' : 'development'),
      }),
      ...(isProduction ? [terser()] : []),
    ],
    onLog: (level, log) => {
      if (level === 'warn') warnings.push(log.message)
    },
  })
  await bundle.write({ file: output, format: 'iife' })
  await bundle.close()
  return warnings
}
