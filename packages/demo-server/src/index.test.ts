import { expect, test } from 'vitest'
import * as everything from './index.ts'

test('exports what is meant to be exported', () => {
  expect(Object.keys(everything).toSorted()).toEqual(['Problem', 'startDemoServer', 'startFaultProxy'])
})
