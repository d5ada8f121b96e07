import { expect, test } from 'vitest'
import { numericCases, runNumericCase } from '../../test/common/numeric-options.ts'
import * as core from '../index.ts'

test.each(numericCases)('[wrong-numbers] $name: $path $value', async (one) => {
  const result = await runNumericCase(core, one)
  if (one.isRefused) expect(result).toBe('bad-option')
  else expect(result).toBeLessThanOrEqual(one.limit)
})
