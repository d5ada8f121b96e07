import { parseArgs } from 'node:util'
import { buildPages, dist } from './build.ts'
import { heapCase, loadCase } from './cases.ts'
import { launch } from './chromium.ts'
import { againCase, mountCase } from './fetch/cases.ts'
import type { Crowd } from './fetch/measure.ts'
import {
  againTable,
  againVerdict,
  baseTable,
  fasterVerdicts,
  holdVerdict,
  mountTable,
  requestVerdict,
} from './fetch/report.ts'
import type { Stage } from './measure.ts'
import { trafficChart } from './poll/chart.ts'
import { hourCase } from './poll/hour.ts'
import { idleCase } from './poll/idle.ts'
import { hourTable, idleTable, orderVerdict, trafficTable } from './poll/report.ts'
import { trafficCase } from './poll/traffic.ts'
import { seeded } from './random.ts'
import { cpuVerdict, heapTable, heapVerdict, loadTable, loadVerdicts, verdictTable } from './report.ts'
import { circumstances, version, writePart, writePicture } from './results.ts'
import { startServer } from './server.ts'
import { hookCase, readerCase } from './sse/cases.ts'
import {
  frameTable,
  frameVerdicts,
  hookTable,
  losslessVerdict,
  ratioVerdict,
  readerTable,
  renderVerdict,
} from './sse/report.ts'

// `pnpm bench` runs all cases and writes `RESULTS.md`. It takes most of an hour. `--quick`: short runs that are only printed.
// `--case burst`: one case.

const ALL = [
  'burst',
  'fifty',
  'stream',
  'heap',
  'sse-factory',
  'sse-hooks',
  'sse-frames',
  'poll-traffic',
  'poll-idle',
  'fetch-one-key',
  'fetch-thousand-keys',
  'fetch-not-modified',
]

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true, default: ALL },
    seed: { type: 'string', default: '1' },
  },
})
const { quick, case: wanted } = values
const random = seeded(Number(values.seed))
const whole = (full: number, small: number): number => (quick ? small : full)

const measured = version()
await buildPages()
const server = await startServer(dist)
const browser = await launch()
const stage: Stage = { browser, server }

/** A thousand components at once, on one URL or on a thousand. */
async function crowdCase(name: string, path: string, requests: number): Promise<string[]> {
  const crowd: Crowd = { components: 1000, path, requests, mounts: whole(3, 2), settle: 2500 }
  const { rows, bases } = await mountCase(browser, name, crowd, whole(3, 2), random)
  const verdicts = [requestVerdict(rows, requests), ...fasterVerdicts(rows), holdVerdict(rows)]
  return [verdictTable(verdicts), mountTable(rows), baseTable(bases, 1)]
}

/** Each case returns its texts in order. */
const cases: Record<string, () => Promise<string[]>> = {
  async burst() {
    const load = { components: 1, messages: 20_000, warmUp: 5000 }
    const rows = await loadCase(stage, 'burst', load, whole(7, 2), random)
    return [verdictTable([...loadVerdicts(rows), cpuVerdict(rows, 1.15)]), loadTable(rows)]
  },
  async fifty() {
    const load = { components: 50, messages: whole(20_000, 2000), warmUp: 1000 }
    const rows = await loadCase(stage, 'fifty', load, whole(3, 1), random)
    return [verdictTable([...loadVerdicts(rows), cpuVerdict(rows, 0.1, true)]), loadTable(rows)]
  },
  async stream() {
    const load = { components: 1, messages: whole(10_000, 3000), rate: 1000, warmUp: 5000 }
    const rows = await loadCase(stage, 'stream', load, whole(3, 1), random)
    return [verdictTable(loadVerdicts(rows)), loadTable(rows)]
  },
  async heap() {
    const rows = await heapCase(stage, 1000, whole(5, 2), random)
    return [verdictTable([heapVerdict(rows)]), heapTable(rows)]
  },
  async 'sse-factory'() {
    const texts: string[] = []
    for (const [kind, title] of [
      ['tokens', 'The shortest events: a word and an ID'],
      ['chunks', 'Chunks of a completion: a token as the APIs of language models wrap it'],
      ['lines', 'Long events of twenty lines'],
    ] as const) {
      const flow = { kind, size: 50_000_000, warmUp: 5_000_000 }
      const rows = await readerCase(stage, `sse-factory ${kind}`, flow, whole(9, 2), random)
      const verdicts = [losslessVerdict(rows), ratioVerdict(rows, 1.15, 'the bare loop')]
      texts.push(`### ${title}`, verdictTable(verdicts, 'Tautline'), readerTable(rows))
    }
    return texts
  },
  async 'sse-hooks'() {
    const flow = { kind: 'tokens', size: 5_000_000, warmUp: 1_000_000 } as const
    const rows = await hookCase(stage, 'sse-hooks', flow, whole(7, 2), random)
    const verdicts = [losslessVerdict(rows), renderVerdict(rows), ratioVerdict(rows, 0.2, '`EventSource`')]
    return [verdictTable(verdicts), hookTable(rows)]
  },
  async 'sse-frames'() {
    const flow = { kind: 'tokens', size: 50_000_000, warmUp: 5_000_000 } as const
    const rows = await readerCase(stage, 'sse-frames', flow, whole(7, 2), random, true)
    const verdicts = [losslessVerdict(rows), ...frameVerdicts(rows)]
    return [verdictTable(verdicts, 'counting, joining'), frameTable(rows)]
  },
  async 'poll-traffic'() {
    const groups = [
      [
        { rate: 0.1, seconds: whole(150, 30) },
        { rate: 1, seconds: whole(150, 30) },
      ],
      [{ rate: 10, seconds: whole(30, 10) }],
      [{ rate: 100, seconds: whole(20, 5) }],
    ]
    const rows = await trafficCase(browser, groups, random)
    if (!quick) writePicture('poll-traffic', trafficChart(rows))
    return [verdictTable([orderVerdict], 'all four'), trafficTable(rows)]
  },
  async 'poll-idle'() {
    const idle = { polls: 1000, silent: 5000, busy: whole(10_000, 5000) }
    const hours = await hourCase(browser, 10)
    const rows = await idleCase(idle, whole(3, 1), random)
    return [hourTable(hours), idleTable(rows)]
  },
  'fetch-one-key': () => crowdCase('fetch-one-key', '/user', 1),
  'fetch-thousand-keys': () => crowdCase('fetch-thousand-keys', '/item/{}', 1000),
  async 'fetch-not-modified'() {
    const { rows, bases } = await againCase(browser, 'fetch-not-modified', whole(50, 10), whole(7, 2), random)
    const verdicts = [...fasterVerdicts(rows), againVerdict(rows)]
    return [verdictTable(verdicts), againTable(rows), baseTable(bases, 2)]
  },
}

try {
  for (const name of wanted) {
    const measure = cases[name]
    if (!measure) throw new Error(`There is no case ${name}. Use one of ${Object.keys(cases).join(', ')}`)
    const since = performance.now()
    const texts = await measure()
    const text = [circumstances(`pnpm bench --case ${name}`, measured, browser.version), ...texts].join(
      '\n\n',
    )
    console.log(`${text}\n`)
    console.error(`${name} took ${((performance.now() - since) / 60_000).toFixed(1)} min`)
    if (!quick) writePart(name, text)
  }
} finally {
  await browser.close()
  await server.close()
}
