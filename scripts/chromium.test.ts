import { expect, test } from 'vitest'
import { findChromium } from './chromium.ts'

test('uses CHROMIUM_PATH only, even if it is wrong', () => {
  expect(findChromium({ CHROMIUM_PATH: process.execPath })).toBe(process.execPath)
  expect(findChromium({ CHROMIUM_PATH: '/nowhere/chromium' })).toBeUndefined()
})
