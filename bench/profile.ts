import { parseArgs } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildPages, dist } from './build.ts'
import { type Page, launch } from './chromium.ts'
import { startFetchServer } from './fetch/server.ts'
import { startServer } from './server.ts'
import { prepare } from './sse/streams.ts'

// Profiles CPU time or heap: `node bench/profile.ts --page tautline-react --components 50`, or with `--heap`.
// `--page sse/tautline`: a page that plays a stream of 50 MB, with `--lines` one of long events.
// `--page fetch/tautline-react`: 1,000 components at once on one URL, with `--keys` on 1,000 URLs.
// The figures are not for the table, because profiling makes the page slower.

const { values } = parseArgs({
  options: {
    page: { type: 'string', default: 'tautline-react' },
    components: { type: 'string', default: '1' },
    messages: { type: 'string', default: '20000' },
    heap: { type: 'boolean', default: false },
    live: { type: 'boolean', default: false },
    lines: { type: 'boolean', default: false },
    keys: { type: 'boolean', default: false },
  },
})
const components = Number(values.components)
const messages = Number(values.messages)
/** How many components fetch at the same time. */
const COMPONENTS = 1000
let turn = 0

await buildPages({ readable: true })
const server = await startServer(dist)
const fetchServer = await startFetchServer(dist)
const fetches = values.page.startsWith('fetch/')
const browser = await launch()
try {
  const address = fetches ? `${fetchServer.origin}/${values.page}?stub` : `${server.origin}/${values.page}`
  const page = await browser.page(address)
  await (values.heap ? heap(page) : time(page))
} finally {
  await browser.close()
  await server.close()
  await fetchServer.close()
}

interface Frame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** The work to profile. */
interface Load {
  /** The number of messages or components in one run, to divide by. */
  readonly each: number
  /** How often it runs. @default 1 */
  readonly times?: number
  /** Runs before each run, without profiling. */
  prepare?(): Promise<void>
  run(): Promise<unknown>
}

/** Warms up a page with a socket. */
async function socketLoad({ run }: Page): Promise<Load> {
  const url = server.origin.replace('http', 'ws')
  await run(`bench.live(${components}, '${url}/')`)
  while ((await run('bench.awake()')) !== components) {
    server.burst(1)
    await sleep(50)
  }
  server.burst(5000)
  await run(`bench.waitForMessages(${5000 * components})`)
  await run('bench.reset(false)')
  return {
    each: messages,
    run() {
      server.burst(messages)
      return run(`bench.waitForMessages(${messages * components})`)
    },
  }
}

/** Warms up a page that plays a stream. */
async function streamLoad({ run }: Page): Promise<Load> {
  const play = (size: number) => {
    const { path, events } = prepare(values.lines ? 'lines' : 'tokens', size)
    return { each: events, run: () => run(`player.play('${server.origin}${path}', ${events}, '', false)`) }
  }
  await play(5_000_000).run()
  return play(50_000_000)
}

/** The expression that mounts many components on new URLs, and resolves when all show their data. */
function mountMany(): string {
  return `stage.mount('live', ${COMPONENTS}, '${values.keys ? '/item/{}' : '/user'}?turn=${turn++}')`
}

/** Warms up a page with requests. */
async function fetchLoad({ run }: Page): Promise<Load> {
  const prepare = async () => {
    await run('stage.clear()')
    await run('gc()')
    await sleep(100)
  }
  for (let time = 0; time < 5; time++) {
    await run(mountMany())
    await prepare()
  }
  return { each: COMPONENTS, times: 10, prepare, run: () => run(mountMany()) }
}

async function load(page: Page): Promise<Load> {
  if (fetches) return fetchLoad(page)
  return values.page.startsWith('sse/') ? streamLoad(page) : socketLoad(page)
}

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

async function time(page: Page): Promise<void> {
  const { session } = page
  const { each, times = 1, prepare, run } = await load(page)
  await session.send('Profiler.enable')
  await session.send('Profiler.setSamplingInterval', { interval: 100 })
  const spent = new Map<string, number>()
  for (let time = 0; time < times; time++) {
    await prepare?.()
    await session.send('Profiler.start')
    await run()
    const { profile } = await session.send<{ profile: Profile }>('Profiler.stop')
    const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]))
    profile.samples.forEach((id, index) => {
      const name = names.get(id) ?? ''
      spent.set(name, (spent.get(name) ?? 0) + (profile.timeDeltas[index] ?? 0))
    })
  }
  print(
    spent,
    (microseconds) =>
      `${((microseconds * 1000) / each / times / components).toFixed(0).padStart(7)} ns a ${fetches ? 'component' : 'message'}`,
  )
}

interface Allocation {
  readonly callFrame: Frame
  readonly selfSize: number
  readonly children: readonly Allocation[]
}

async function heap({ run, session }: Page): Promise<void> {
  const count = 1000
  const live = values.live
    ? `bench.live(${count}, '${server.origin.replace('http', 'ws')}/')`
    : `bench.idle(${count})`
  const mount = () => run(fetches ? mountMany() : live)
  // Waits until timers that hold memory after a response have ended.
  const rest = fetches ? 2500 : 500
  await mount()
  await sleep(rest)
  await run(fetches ? 'stage.clear()' : 'bench.clear()')
  for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage')
  // A small interval records nearly every allocation. Only memory that is still in use at the end counts.
  await session.send('HeapProfiler.startSampling', { samplingInterval: 64 })
  await mount()
  await sleep(rest)
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

function print(totals: ReadonlyMap<string, number>, format: (total: number) => string): void {
  const lines = [...totals].toSorted(([, a], [, b]) => b - a).slice(0, 40)
  for (const [name, total] of lines) console.log(format(total), name)
}
