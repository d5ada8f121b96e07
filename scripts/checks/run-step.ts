import { join } from 'node:path'
import { ROOT, run } from '../processes.ts'
import type { Step } from './steps.ts'
import { one, readReport, tallyTests } from './tally.ts'
import type { Tally } from './tally.ts'

export interface Outcome extends Tally {
  output: string
}

/** The programs write to a pipe; whether there are colours depends on where this run writes to. */
const COLOUR: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }

/** A step that takes longer than this many ms hangs. */
const TIMEOUT = 600_000

/** Runs one step to its end; it never throws, so that the steps after it are still reported. */
export async function runStep(step: Step, folder: string): Promise<Outcome> {
  return step.project === undefined ? runCheck(step) : runTests(step.project, folder)
}

async function runCheck(step: Step): Promise<Outcome> {
  let output = ''
  for (const command of step.commands) {
    // In order: a package is built on the ones before it.
    const finished = await run(command.argv, {
      cwd: join(ROOT, command.cwd ?? ''),
      timeout: TIMEOUT,
      env: COLOUR,
    })
    output += finished.output
    if (!finished.ok) return { ...one(false), output: `$ ${command.argv.join(' ')}\n${output}` }
  }
  return { ...one(true), output }
}

async function runTests(project: string, folder: string): Promise<Outcome> {
  const file = join(folder, `${project}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const command = ['vitest', 'run', '--project', project, '--allowOnly=false', ...reporters]
  const { ok, output } = await run(command, { timeout: TIMEOUT, env: COLOUR })
  return { ...tallyTests(ok, readReport(file)), output }
}
