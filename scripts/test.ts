import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStep } from './checks/run-step.ts'
import { steps } from './checks/steps.ts'
import { closingLine, one } from './checks/tally.ts'
import type { Tally } from './checks/tally.ts'
import { install } from './install.ts'
import { onStop, stopAll } from './processes.ts'

// `npm test`: everything that has to hold, one line for each step, and one closing line. With
// words behind it, only the steps whose names have one of them, and what those need.

const CI = process.env['CI'] !== undefined && process.env['CI'] !== ''
const words = process.argv.slice(2)
const wanted = steps.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
const needed = new Set(wanted.map(({ needs }) => needs))
const chosen = steps.filter((step) => wanted.includes(step) || needed.has(step.name))

const folder = mkdtempSync(join(tmpdir(), 'tautline-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
onStop(stopAll)

await install()

const failed = new Set<string>()
const tallies: Tally[] = []
for (const step of chosen) {
  const since = performance.now()
  const blocked = step.needs !== undefined && failed.has(step.needs)
  // One at a time: two browsers on two cores make each other's timing tests fail.
  const outcome = blocked
    ? { ...one(false), output: `Not run: it needs "${step.needs}".\n` }
    : await runStep(step, folder)
  const ok = outcome.failed === 0
  if (!ok) failed.add(step.name)
  tallies.push(outcome)
  const counts =
    step.project === undefined ? '' : `, ${outcome.passed} passed${count(outcome.failed, 'failed')}`
  const time = ((performance.now() - since) / 1000).toFixed(1)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${time} s${counts}${count(outcome.skipped, 'skipped')})`)
  if (!ok || (CI && step.project !== undefined)) console.log(indent(outcome.output))
}

if (failed.size > 0) console.log(`\nFailed: ${[...failed].join('; ')}`)
console.log(closingLine(tallies))
// Not process.exit: it may cut off what is still on its way to a pipe.
process.exitCode = failed.size > 0 || chosen.length === 0 ? 1 : 0

function count(number: number, what: string): string {
  return number === 0 ? '' : `, ${number} ${what}`
}

/** Set in, so that no line of a step can be taken for the closing line. */
function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '     ')
}
