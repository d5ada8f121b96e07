import { describe, expect, it } from 'vitest'
import { rounded, trafficTable } from './report.ts'
import { rows } from './sample.ts'

describe('the table of the traffic', () => {
  it('has a row for each transport at each rate', () => {
    expect(trafficTable(rows).split('\n')).toHaveLength(2 + 4 * 4)
  })

  it('rounds figures to three digits, without an exponent', () => {
    expect([0, 0.0105, 0.223, 1, 9.67, 909.4, 7216.3].map(rounded)).toEqual([
      '0',
      '0.0105',
      '0.223',
      '1.00',
      '9.67',
      '909',
      '7,216',
    ])
  })
})
