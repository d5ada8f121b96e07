import { expect, test } from 'vitest'
import * as everything from './index.ts'

test('exports exactly the public values', () => {
  expect(Object.keys(everything).toSorted()).toEqual(['Problem', 'startDemoServer', 'startFaultProxy'])
})
