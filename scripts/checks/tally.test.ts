import { expect, test } from 'vitest'
import { closingLine, one, readReport, tallyTests } from './tally.ts'

const report = { success: true, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }

test.each([
  ['all pass', true, { ...report, numPassedTests: 3 }, { passed: 3, failed: 0, skipped: 0 }],
  [
    'one fails',
    false,
    { ...report, success: false, numPassedTests: 2, numFailedTests: 1 },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'a file does not load',
    false,
    { ...report, success: false, numPassedTests: 2 },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'an error outside of a test',
    false,
    { ...report, numPassedTests: 2 },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  ['no tests at all', true, report, { passed: 0, failed: 1, skipped: 0 }],
  [
    'some are skipped',
    true,
    { ...report, numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 },
    { passed: 1, failed: 0, skipped: 3 },
  ],
  ['no report', true, undefined, { passed: 0, failed: 1, skipped: 0 }],
])('a project counts its tests: %s', (_name, ok, given, expected) => {
  expect(tallyTests(ok, given)).toEqual(expected)
})

test('the closing line sums tests and checks', () => {
  expect(closingLine([one(true), one(false), { passed: 40, failed: 0, skipped: 2 }])).toBe(
    '41 passed, 1 failed',
  )
})

test('a report that is missing or malformed is no report', () => {
  expect(readReport('/nowhere/report.json')).toBeUndefined()
  expect(readReport(import.meta.filename)).toBeUndefined()
})
