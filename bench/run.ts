import { parseArgs } from 'node:util'
import { buildPages, dist } from './build.ts'
import { heapCase, loadCase } from './cases.ts'
import { launch } from './chromium.ts'
import type { Stage } from './measure.ts'
import { seeded } from './random.ts'
import { heapTable, loadTable, verdicts } from './report.ts'
import { circumstances, writePart } from './results.ts'
import { startServer } from './server.ts'

// `pnpm bench`: all of it, some 20 minutes, into `RESULTS.md`. `--quick`: two small rounds, printed only.
// `--case burst`: that case only, also printed only.

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    case: { type: 'string', multiple: true, default: ['burst', 'fifty', 'stream', 'heap'] },
    seed: { type: 'string', default: '1' },
  },
})
const { quick, case: wanted } = values
const random = seeded(Number(values.seed))
const whole = (full: number, small: number): number => (quick ? small : full)

await buildPages()
const server = await startServer(dist)
const browser = await launch()
const stage: Stage = { browser, server }
const since = performance.now()
try {
  await measure()
} finally {
  await browser.close()
  await server.close()
}

async function measure(): Promise<void> {
  const messages = whole(20_000, 4000)
  const has = (name: string): boolean => wanted.includes(name)
  const burst = has('burst')
    ? await loadCase(stage, 'burst', { components: 1, messages: 20_000, warmUp: 5000 }, whole(7, 2), random)
    : []
  const fifty = has('fifty')
    ? await loadCase(stage, 'fifty', { components: 50, messages, warmUp: 1000 }, whole(3, 1), random)
    : []
  const seconds = whole(10, 3)
  const stream = has('stream')
    ? await loadCase(
        stage,
        'stream',
        { components: 1, messages: 1000 * seconds, rate: 1000, warmUp: 5000 },
        whole(3, 1),
        random,
      )
    : []
  const heap = has('heap') ? await heapCase(stage, 1000, whole(5, 2), random) : []
  const parts = [
    circumstances('pnpm bench', browser.version),
    'CPU is the main thread’s time, the median of the rounds; `of raw` is against the raw loop in the same round, with the least and the most.',
    '### What was to be reached',
    verdicts({ burst, fifty, heap }),
    '### A burst of 20,000 messages of 100 bytes to one component',
    loadTable(burst),
    `### The same to 50 components on one URL, each folding every message${quick ? ` (${messages} messages)` : ''}`,
    loadTable(fifty),
    `### 1,000 messages a second for ${seconds} s to one component`,
    loadTable(stream),
    '### Heap of 1,000 hooks, each over a blank component',
    heapTable(heap),
  ]
  const text = parts.join('\n\n')
  console.log(text)
  console.error(`${((performance.now() - since) / 60_000).toFixed(1)} min`)
  if (!quick && wanted.length === 4) writePart('bench', text)
}
