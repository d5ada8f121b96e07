import webpack from 'webpack'
import { buildWith } from './compiler.ts'

export const build = buildWith((options) => webpack(options))
