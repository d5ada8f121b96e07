import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from './chromium.ts'
import type { Contender } from './contenders.ts'
import type { Tally } from './pages/harness.ts'
import type { BenchServer } from './server.ts'

export interface Stage {
  readonly browser: Browser
  readonly server: BenchServer
}

/** What the server sends, and to how many components. */
export interface Load {
  readonly components: number
  /** Messages of the whole run, to each component. */
  readonly messages: number
  /** Messages a second; undefined: as fast as they go. */
  readonly rate?: number
  /** Messages before it counts, so that the code is hot. */
  readonly warmUp: number
}

export interface Sample extends Tally {
  /** CPU time of the main thread for each message and component, in microseconds. */
  readonly cpu: number
  /** How many sockets that took. */
  readonly sockets: number
}

/** One run, in a page of its own. */
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
    await page.run(`bench.heard(${warmUp * components})`)
    await page.run(`bench.reset(${frames})`)
    await sleep(200)
    const before = await page.threadTime()
    if (rate === undefined) server.burst(messages)
    else await server.stream(rate, messages / rate)
    const tally = await page.run<Tally>(`bench.heard(${messages * components})`)
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

/** Mounts so many components on one URL, and waits until each has heard something. */
async function mount({ server }: Stage, page: Page, components: number): Promise<void> {
  await page.run(`bench.live(${components}, '${server.origin.replace('http', 'ws')}/')`)
  for (let tries = 0; tries < 300; tries++) {
    server.burst(1)
    await sleep(50)
    if ((await page.run<number>('bench.awake()')) === components) return
  }
  throw new Error(`Of ${components} components not all are connected`)
}

/** Bytes of heap for each component with the hook, over one without. */
export interface HeapSample {
  readonly blank: number
  readonly idle: number
  /** On one URL, connected; undefined where every one would have a socket of its own. */
  readonly shared: number | undefined
}

/** How much heap a thousand hooks hold. */
export function runHeap(stage: Stage, contender: Contender, count: number): Promise<HeapSample> {
  return inPage(stage, contender.page, async (page) => {
    const held = async (what: string, settle: () => Promise<unknown>): Promise<number> => {
      const before = await page.heap()
      await page.run(what)
      await settle()
      const bytes = (await page.heap()) - before
      await page.run('bench.clear()')
      await sleep(200)
      return bytes / count
    }
    const rest = () => sleep(300)
    // Code that is compiled on first use is not what a further hook costs.
    for (const what of ['idle', 'blank']) await held(`bench.${what}(${count})`, rest)
    const blank = await held(`bench.blank(${count})`, rest)
    const idle = await held(`bench.idle(${count})`, rest)
    if (contender.shares !== true) return { blank, idle: idle - blank, shared: undefined }
    const url = `'${stage.server.origin.replace('http', 'ws')}/'`
    const live = `bench.live(${count}, ${url})`
    await held(live, rest)
    const shared = await held(live, rest)
    return { blank, idle: idle - blank, shared: shared - blank }
  })
}
