import { rspack } from '@rspack/core'
import { buildWith } from './compiler.ts'

export const build = buildWith((options) => rspack(options))
