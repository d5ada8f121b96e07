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
  sizeTable,
  sizeVerdict,
} from './fetch/report.ts'
import { sizeCase } from './fetch/size.ts'
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

// `pnpm bench`: all of it, most of an hour, into `RESULTS.md`. `--quick`: small and printed only. `--case burst`: that one.

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
  'fetch-size',
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

/** A thousand components at once, on one URL or on as many as that. */
async function crowdCase(name: string, path: string, requests: number): Promise<string[]> {
  const crowd: Crowd = { components: 1000, path, requests, mounts: whole(3, 2), settle: 2500 }
  const { lines, bases } = await mountCase(browser, name, crowd, whole(3, 2), random)
  const verdicts = [requestVerdict(lines, requests), ...fasterVerdicts(lines), holdVerdict(lines)]
  return [verdictTable(verdicts), mountTable(lines), baseTable(bases, 1)]
}

/** The texts of one case, in order. */
const cases: Record<string, () => Promise<string[]>> = {
  async burst() {
    const load = { components: 1, messages: 20_000, warmUp: 5000 }
    const lines = await loadCase(stage, 'burst', load, whole(7, 2), random)
    return [verdictTable([...loadVerdicts(lines), cpuVerdict(lines, 1.15)]), loadTable(lines)]
  },
  async fifty() {
    const load = { components: 50, messages: whole(20_000, 2000), warmUp: 1000 }
    const lines = await loadCase(stage, 'fifty', load, whole(3, 1), random)
    return [verdictTable([...loadVerdicts(lines), cpuVerdict(lines, 0.1, true)]), loadTable(lines)]
  },
  async stream() {
    const load = { components: 1, messages: whole(10_000, 3000), rate: 1000, warmUp: 5000 }
    const lines = await loadCase(stage, 'stream', load, whole(3, 1), random)
    return [verdictTable(loadVerdicts(lines)), loadTable(lines)]
  },
  async heap() {
    const lines = await heapCase(stage, 1000, whole(5, 2), random)
    return [verdictTable([heapVerdict(lines, 1500)]), heapTable(lines)]
  },
  async 'sse-factory'() {
    const texts: string[] = []
    for (const [kind, title] of [
      ['tokens', 'The shortest events: a word and an ID'],
      ['chunks', 'Chunks of a completion: a token as the APIs of language models wrap it'],
      ['lines', 'Long events of twenty lines'],
    ] as const) {
      const flow = { kind, size: 50_000_000, warmUp: 5_000_000 }
      const lines = await readerCase(stage, `sse-factory ${kind}`, flow, whole(9, 2), random)
      const verdicts = [losslessVerdict(lines), ratioVerdict(lines, 1.15, 'the bare loop')]
      texts.push(`### ${title}`, verdictTable(verdicts, 'Tautline'), readerTable(lines))
    }
    return texts
  },
  async 'sse-hooks'() {
    const flow = { kind: 'tokens', size: 5_000_000, warmUp: 1_000_000 } as const
    const lines = await hookCase(stage, 'sse-hooks', flow, whole(7, 2), random)
    const verdicts = [losslessVerdict(lines), renderVerdict(lines), ratioVerdict(lines, 0.2, '`EventSource`')]
    return [verdictTable(verdicts), hookTable(lines)]
  },
  async 'sse-frames'() {
    const flow = { kind: 'tokens', size: 50_000_000, warmUp: 5_000_000 } as const
    const lines = await readerCase(stage, 'sse-frames', flow, whole(7, 2), random, true)
    const verdicts = [losslessVerdict(lines), ...frameVerdicts(lines)]
    return [verdictTable(verdicts, 'counting, joining'), frameTable(lines)]
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
    const lines = await trafficCase(browser, groups, random)
    if (!quick) writePicture('poll-traffic', trafficChart(lines))
    return [verdictTable([orderVerdict], 'all four'), trafficTable(lines)]
  },
  async 'poll-idle'() {
    const idle = { polls: 1000, silent: 5000, busy: whole(10_000, 5000) }
    const hours = await hourCase(browser, 10)
    const lines = await idleCase(idle, whole(3, 1), random)
    return [hourTable(hours), idleTable(lines)]
  },
  'fetch-one-key': () => crowdCase('fetch-one-key', '/user', 1),
  'fetch-thousand-keys': () => crowdCase('fetch-thousand-keys', '/item/{}', 1000),
  async 'fetch-not-modified'() {
    const { lines, bases } = await againCase(
      browser,
      'fetch-not-modified',
      whole(50, 10),
      whole(7, 2),
      random,
    )
    const verdicts = [...fasterVerdicts(lines), againVerdict(lines)]
    return [verdictTable(verdicts), againTable(lines), baseTable(bases, 2)]
  },
  async 'fetch-size'() {
    const lines = await sizeCase()
    return [verdictTable([sizeVerdict(lines)]), sizeTable(lines)]
  },
}

try {
  for (const name of wanted) {
    const measure = cases[name]
    if (!measure) throw new Error(`There is no case ${name}, but ${Object.keys(cases).join(', ')}`)
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
