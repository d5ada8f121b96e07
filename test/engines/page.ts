import { createLive } from '@tautline/demo-server/live-client'
import { leftNames, publishAndCut, readLog } from '../browser/support/forever-frame/read-log.ts'

// Runs in a page of each browser, and sends what it has found to the server of `run.ts`.

/** What the page has found. Everything is right if `problems` is empty. */
export interface Report {
  readonly problems: readonly string[]
  readonly messages: number
  /** Why the documents ended. */
  readonly ends: readonly string[]
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** Reads 1,000 messages, while the document is cut twice. */
async function readMessages(): Promise<Report> {
  const live = createLive(location.origin, `engines-${Math.random().toString(36).slice(2)}`)
  const reader = readLog('', live.name)
  await publishAndCut(live, reader, until)
  reader.close()
  await until(async () => (await live.counts()).transports.frame.open === 0)
  const problems = [
    reader.seqs.every((seq, index) => seq === index + 1) || 'a message is missing, or not in its place',
    reader.seqs.length === 1_000 || `${reader.seqs.length} messages`,
    document.querySelectorAll('iframe').length === 0 || 'an iframe is left',
    leftNames().length === 0 || 'a global function is left',
  ]
  return {
    problems: problems.filter((problem) => typeof problem === 'string'),
    messages: reader.seqs.length,
    ends: reader.ends,
  }
}

async function run(): Promise<void> {
  let report: Report
  try {
    report = await readMessages()
  } catch (error) {
    report = { problems: [String(error)], messages: 0, ends: [] }
  }
  await fetch('/report', { method: 'POST', body: JSON.stringify(report) })
}

void run()
