import { expect, test } from 'vitest'
import { one, readReport, summaryLine, tallyTests } from './tally.ts'

const report = { success: true, numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }

test.each([
  ['all tests pass', true, { ...report, numPassedTests: 3 }, { passed: 3, failed: 0, skipped: 0 }],
  [
    'one test fails',
    false,
    { ...report, success: false, numPassedTests: 2, numFailedTests: 1 },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  [
    'a file cannot be loaded',
    false,
    { ...report, success: false, numPassedTests: 2 },
    { passed: 2, failed: 1, skipped: 0 },
  ],
  ['an error outside a test', false, { ...report, numPassedTests: 2 }, { passed: 2, failed: 1, skipped: 0 }],
  ['no tests', true, report, { passed: 0, failed: 1, skipped: 0 }],
  [
    'some tests are skipped',
    true,
    { ...report, numPassedTests: 1, numPendingTests: 2, numTodoTests: 1 },
    { passed: 1, failed: 0, skipped: 3 },
  ],
  ['no report', true, undefined, { passed: 0, failed: 1, skipped: 0 }],
])('tally of a test project: %s', (_name, ok, given, expected) => {
  expect(tallyTests(ok, given)).toEqual(expected)
})

test('the summary adds up tests and checks', () => {
  expect(summaryLine([one(true), one(false), { passed: 40, failed: 0, skipped: 2 }])).toBe(
    '41 passed, 1 failed',
  )
})

test('a missing or malformed report is undefined', () => {
  expect(readReport('/nowhere/report.json')).toBeUndefined()
  expect(readReport(import.meta.filename)).toBeUndefined()
})
