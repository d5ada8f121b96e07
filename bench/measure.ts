import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from './chromium.ts'
import type { Contender } from './contenders.ts'
import type { Tally } from './pages/harness.ts'
import type { BenchServer } from './server.ts'

export interface Stage {
  readonly browser: Browser
  readonly server: BenchServer
}

/** The messages that the server sends, and the number of components. */
export interface Load {
  readonly components: number
  /** Messages in the whole run, to each component. */
  readonly messages: number
  /** Messages a second. @default as fast as possible */
  readonly rate?: number
  /** Messages before the measurement, so that the code is optimised. */
  readonly warmUp: number
}

export interface Sample extends Tally {
  /** CPU time of the main thread for each message and component, in microseconds. */
  readonly cpu: number
  /** The number of open sockets. */
  readonly sockets: number
}

/** Runs a load in a new page. */
export async function runLoad(
  stage: Stage,
  { page: name }: Contender,
  load: Load,
  frames = false,
): Promise<Sample> {
  return inPage(stage, name, async (page) => {
    const { server } = stage
    const { components, messages, rate, warmUp } = load
    await mount(stage, page, components)
    await page.run('bench.reset(false)')
    server.burst(warmUp)
    await page.run(`bench.waitForMessages(${warmUp * components})`)
    await page.run(`bench.reset(${frames})`)
    await sleep(200)
    const before = await page.threadTime()
    if (rate === undefined) server.burst(messages)
    else await server.stream(rate, messages / rate)
    const tally = await page.run<Tally>(`bench.waitForMessages(${messages * components})`)
    const cpu = ((await page.threadTime()) - before) * 1e6
    return { ...tally, cpu: cpu / messages / components, sockets: server.sockets }
  })
}

export async function inPage<Result>(
  stage: Stage,
  name: string,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const page = await stage.browser.page(`${stage.server.origin}/${name}`)
  try {
    return await work(page)
  } finally {
    await page.close()
    while (stage.server.sockets > 0) await sleep(20)
  }
}

/** Mounts components on one URL, and waits until each has received a message. */
async function mount({ server }: Stage, page: Page, components: number): Promise<void> {
  await page.run(`bench.live(${components}, '${server.origin.replace('http', 'ws')}/')`)
  for (let tries = 0; tries < 300; tries++) {
    server.burst(1)
    await sleep(50)
    if ((await page.run<number>('bench.awake()')) === components) return
  }
  throw new Error(`Not all of the ${components} components are connected after 15 s`)
}

/** Heap of a component with the hook, minus that of one without, in bytes. */
export interface HeapSample {
  readonly blank: number
  readonly idle: number
  /** Connected to one URL. Undefined when each hook has its own socket. */
  readonly shared: number | undefined
}

/** Measures the heap of many hooks. */
export function runHeap(stage: Stage, contender: Contender, count: number): Promise<HeapSample> {
  return inPage(stage, contender.page, async (page) => {
    const heapOf = async (what: string, settle: () => Promise<unknown>): Promise<number> => {
      const before = await page.heap()
      await page.run(what)
      await settle()
      const bytes = (await page.heap()) - before
      await page.run('bench.clear()')
      await sleep(200)
      return bytes / count
    }
    const rest = () => sleep(300)
    // The first use also compiles code, which is not a cost of each hook.
    for (const what of ['idle', 'blank']) await heapOf(`bench.${what}(${count})`, rest)
    const blank = await heapOf(`bench.blank(${count})`, rest)
    const idle = await heapOf(`bench.idle(${count})`, rest)
    if (contender.shares !== true) return { blank, idle: idle - blank, shared: undefined }
    const url = `'${stage.server.origin.replace('http', 'ws')}/'`
    const live = `bench.live(${count}, ${url})`
    await heapOf(live, rest)
    const shared = await heapOf(live, rest)
    return { blank, idle: idle - blank, shared: shared - blank }
  })
}
