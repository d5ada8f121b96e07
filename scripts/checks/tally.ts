import { readFileSync } from 'node:fs'

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

interface Report {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
}

/** The tally of a check, which counts as one test. */
export const one = (ok: boolean): Tally => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 })

/**
 * The tally of a test project. If the run failed without a failed test (a file could not be loaded, a rejection was
 * not handled), that counts as one failure. So does a project without tests.
 */
export function tallyTests(ok: boolean, report: Report | undefined): Tally {
  if (report === undefined) return one(false)
  const { numPassedTests: passed, numFailedTests } = report
  const wrong = !ok || !report.success || passed + numFailedTests === 0
  return {
    passed,
    failed: wrong ? Math.max(1, numFailedTests) : 0,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Reads the report of Vitest's JSON reporter; `undefined` if it is missing or malformed. */
export function readReport(path: string): Report | undefined {
  try {
    const report: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return isReport(report) ? report : undefined
  } catch {
    return undefined
  }
}

function isReport(value: unknown): value is Report {
  const keys = ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests']
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  return (
    typeof fields.get('success') === 'boolean' && keys.every((key) => typeof fields.get(key) === 'number')
  )
}

/** The last line of a run. */
export function summaryLine(tallies: readonly Tally[]): string {
  const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed`
}
