import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStep } from './checks/run-step.ts'
import { steps } from './checks/steps.ts'
import { one, summaryLine } from './checks/tally.ts'
import type { Tally } from './checks/tally.ts'
import { install } from './install.ts'
import { onStop, stopAll } from './processes.ts'

// `npm test`: runs all checks and tests, and prints one line for each step and a summary at the end.
// With words as arguments, it runs only the steps whose names contain one of them, and the steps that those need.

const CI = process.env['CI'] !== undefined && process.env['CI'] !== ''
const words = process.argv.slice(2)
const selected = steps.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
const needed = new Set(selected.map(({ needs }) => needs))
const stepsToRun = steps.filter((step) => selected.includes(step) || needed.has(step.name))

const folder = mkdtempSync(join(tmpdir(), 'tautline-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
onStop(stopAll)

await install()

const failed = new Set<string>()
const tallies: Tally[] = []
for (const step of stepsToRun) {
  const startedAt = performance.now()
  const blocked = step.needs !== undefined && failed.has(step.needs)
  // One step at a time: two browsers on two cores would slow each other down.
  const outcome = blocked
    ? { ...one(false), output: `Not run, because the step "${step.needs}" failed.\n` }
    : await runStep(step, folder)
  const ok = outcome.failed === 0
  if (!ok) failed.add(step.name)
  tallies.push(outcome)
  const counts =
    step.project === undefined ? '' : `, ${outcome.passed} passed${count(outcome.failed, 'failed')}`
  const time = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${time} s${counts}${count(outcome.skipped, 'skipped')})`)
  if (!ok || (CI && step.project !== undefined)) console.log(indent(outcome.output))
}

if (failed.size > 0) console.log(`\nFailed: ${[...failed].join('; ')}`)
console.log(summaryLine(tallies))
// Not process.exit(): output that has not reached the pipe yet would be lost.
process.exitCode = failed.size > 0 || stepsToRun.length === 0 ? 1 : 0

function count(number: number, outcome: string): string {
  return number === 0 ? '' : `, ${number} ${outcome}`
}

/** Indents the output of a step, so that none of its lines looks like the summary. */
function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '     ')
}
