import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildPages, dist } from './build.ts'
import { type Page, launch } from './chromium.ts'
import { startServer } from './server.ts'
import { prepare } from './sse/streams.ts'

// Where the time or the heap goes: `node bench/profile.ts --page tautline-react --components 50`, or `--heap`;
// `--page sse/tautline` for a page that plays a stream of 50 MB, `--lines` for one of long events.
// For reading, not for the table: what is watched runs slower.

const { values } = parseArgs({
  options: {
    page: { type: 'string', default: 'tautline-react' },
    components: { type: 'string', default: '1' },
    messages: { type: 'string', default: '20000' },
    heap: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    lines: { type: 'boolean', default: false },
  },
})
const components = Number(values.components)
const messages = Number(values.messages)

await buildPages({ readable: true })
const server = await startServer(dist)
const browser = await launch()
try {
  const page = await browser.page(`${server.origin}/${values.page}`)
  await (values.heap ? heap(page) : time(page))
} finally {
  await browser.close()
  await server.close()
}

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** What is watched, and how many messages each component has of it. */
interface Load {
  readonly each: number
  run(): Promise<unknown>
}

/** Warms a page up that listens to the socket. */
async function socketLoad({ run }: Page): Promise<Load> {
  const url = server.origin.replace('http', 'ws')
  await run(`bench.live(${components}, '${url}/')`)
  while ((await run('bench.awake()')) !== components) {
    server.burst(1)
    await sleep(50)
  }
  server.burst(5000)
  await run(`bench.heard(${5000 * components})`)
  await run('bench.reset(false)')
  return {
    each: messages,
    run() {
      server.burst(messages)
      return run(`bench.heard(${messages * components})`)
    },
  }
}

/** Warms a page up that plays a stream. */
async function streamLoad({ run }: Page): Promise<Load> {
  const play = (size: number) => {
    const { path, events } = prepare(values.lines ? 'lines' : 'tokens', size)
    return { each: events, run: () => run(`player.play('${server.origin}${path}', ${events}, '', false)`) }
  }
  await play(5_000_000).run()
  return play(50_000_000)
}

async function time(page: Page): Promise<void> {
  const { session } = page
  const load = await (values.page.startsWith('sse/') ? streamLoad(page) : socketLoad(page))
  await session.send('Profiler.enable')
  await session.send('Profiler.setSamplingInterval', { interval: 100 })
  await session.send('Profiler.start')
  await load.run()
  const { profile } = await session.send<{
    profile: {
      nodes: { id: number; callFrame: Frame }[]
      samples: number[]
      timeDeltas: number[]
    }
  }>('Profiler.stop')
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
  const spent = new Map<string, number>()
  profile.samples.forEach((id, index) => {
    const name = names.get(id) ?? ''
    spent.set(name, (spent.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0))
  })
  print(
    spent,
    (microseconds) =>
      `${((microseconds * 1000) / load.each / components).toFixed(0).padStart(7)} ns a message`,
  )
}

interface Allocation {
  readonly callFrame: Frame
  readonly selfSize: number
  readonly children: readonly Allocation[]
}

async function heap({ run, session }: Page): Promise<void> {
  const count = 1000
  const what = values.live
    ? `bench.live(${count}, '${server.origin.replace('http', 'ws')}/')`
    : `bench.idle(${count})`
  await run(what)
  await sleep(500)
  await run('bench.clear()')
  for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage')
  // Of everything that is allocated, not of a sample; what is still there at the end counts.
  await session.send('HeapProfiler.startSampling', { samplingInterval: 64 })
  await run(what)
  await sleep(500)
  for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage')
  const { profile } = await session.send<{ profile: { head: Allocation } }>('HeapProfiler.stopSampling')
  const held = new Map<string, number>()
  const visit = ({ callFrame, selfSize, children }: Allocation, parent: string): void => {
    const name = nameOf(callFrame)
    const key = `${name.padEnd(44)} < ${parent}`
    held.set(key, (held.get(key) ?? 0) + selfSize)
    for (const child of children) visit(child, name)
  }
  visit(profile.head, '')
  print(held, (bytes) => `${(bytes / count).toFixed(0).padStart(7)} bytes a component`)
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  return `${functionName || '(anonymous)'} ${url.replace(/.*\//, '')}:${lineNumber + 1}`
}

function print(totals: ReadonlyMap<string, number>, say: (total: number) => string): void {
  const lines = [...totals].toSorted(([, a], [, b]) => b - a).slice(0, 40)
  for (const [name, total] of lines) console.log(say(total), name)
}
