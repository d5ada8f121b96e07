import { type Report, readThroughCuts } from '../browser/support/forever-frame/read-log.ts'

// Runs in a page of each browser, and sends its report to the server of `run.ts`.

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10))
}

async function run(): Promise<void> {
  const name = `engines-${Math.random().toString(36).slice(2)}`
  const report = await readThroughCuts({ server: location.origin, frameServer: '', name }, until).catch(
    (error: unknown): Report => ({ problems: [String(error)], messages: 0, switches: [] }),
  )
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
}

void run()
