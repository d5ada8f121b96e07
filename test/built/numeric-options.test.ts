import { expect, test } from 'vitest'
import * as production from '@tautline/core'
import { numericCases, runNumericCase } from '../../packages/core/test/common/numeric-options.ts'

test.each(numericCases)('[wrong-numbers] [production-build] $name: $path $value', async (one) => {
  const result = await runNumericCase(production, one)
  if (one.isRefused) expect(result).toBe('bad-option')
  else expect(result).toBeLessThanOrEqual(one.limit)
})
