import { join } from 'node:path'
import { ROOT, run } from '../processes.ts'
import type { Step } from './steps.ts'
import { one, readReport, tallyTests } from './tally.ts'
import type { Tally } from './tally.ts'

export interface Outcome extends Tally {
  output: string
}

/** The programs write to a pipe, so they cannot detect whether the output ends up in a terminal. */
const COLOR_VARIABLES: Record<string, string> = process.stdout.isTTY
  ? { FORCE_COLOR: '1' }
  : { NO_COLOR: '1' }

/** How long one command of a step may take, in ms: several times as long as on an idle machine. */
const TIMEOUT = 1_800_000

/** Runs one step. Never rejects: a step that cannot run counts as failed, and the steps after it still run. */
export async function runStep(step: Step, folder: string): Promise<Outcome> {
  return step.project === undefined ? runCheck(step) : runTests(step.project, folder)
}

async function runCheck(step: Step): Promise<Outcome> {
  let output = ''
  for (const command of step.commands) {
    // In order: a package may need the ones before it.
    const finished = await run(command.argv, {
      cwd: join(ROOT, command.cwd ?? ''),
      timeout: TIMEOUT,
      env: COLOR_VARIABLES,
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
  const { ok, output } = await run(command, { timeout: TIMEOUT, env: COLOR_VARIABLES })
  return { ...tallyTests(ok, readReport(file)), output }
}
