import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from '../chromium.ts'
import type { Tally, What } from '../pages/fetch/stage.ts'
import { median } from '../statistics.ts'
import type { FetchContender } from './contenders.ts'
import type { FetchServer } from './server.ts'

/** The browser and the server of a measurement. */
export interface Environment {
  readonly browser: Browser
  readonly server: FetchServer
}

/** The components that are mounted. */
export interface Crowd {
  readonly components: number
  /** The path to fetch. `{}` is replaced by the number of the component. */
  readonly path: string
  /** The smallest possible number of requests. */
  readonly requests: number
  /** How often CPU time is measured in one page. */
  readonly mounts: number
  /** The time until no timer holds memory any more, in ms. SWR remembers requests for 2 s, to deduplicate them. */
  readonly settle: number
}

/** CPU time of the main thread for all components in ms, and heap for one component in bytes. */
export interface MountSample {
  readonly blank: { readonly cpu: number; readonly heap: number }
  /** What the hook costs more than blank components in the same page. */
  readonly over: { readonly cpu: number; readonly heap: number }
  /** CPU time of the requests with `fetch` alone, in the same page. */
  readonly bare: number
  readonly requests: number
  /** Renders of one component. */
  readonly renders: number
}

async function inPage<Result>(
  { browser, server }: Environment,
  page: string,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const opened = await browser.page(`${server.origin}/${page}`)
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

async function tallyOf(page: Page, name: string): Promise<Tally> {
  const tally = await page.run<Tally>('stage.tally()')
  if (tally.wrong > 0) throw new Error(`${name}: ${tally.wrong} components show wrong data`)
  return tally
}

/** Creates the measurements for one page. */
function probe(page: Page, name: string, { components, path, requests, settle }: Crowd) {
  let turn = 0

  async function mount(what: What): Promise<Tally> {
    // Earlier responses are cached, so each turn has new URLs.
    await page.run(`stage.mount('${what}', ${components}, '${path}?turn=${turn++}')`)
    return tallyOf(page, name)
  }

  async function timed<Result>(work: () => Promise<Result>): Promise<[cpu: number, Result]> {
    // Only one light collection, because a thorough one would discard compiled code.
    await page.run('gc()')
    await sleep(50)
    const before = await page.threadTime()
    const result = await work()
    return [((await page.threadTime()) - before) * 1000, result]
  }

  async function unmount(): Promise<void> {
    await page.run('stage.clear()')
    await sleep(100)
  }

  return {
    async cpu(what: What): Promise<Tally & { readonly cpu: number }> {
      const [cpu, tally] = await timed(() => mount(what))
      await unmount()
      return { ...tally, cpu }
    },
    async bare(): Promise<number> {
      const [cpu] = await timed(() => page.run(`stage.request(${requests}, '${path}?turn=${turn++}')`))
      return cpu
    },
    async heap(what: What, rest = settle): Promise<number> {
      const before = await page.heap()
      await mount(what)
      await sleep(rest)
      const bytes = (await page.heap()) - before
      await unmount()
      return bytes / components
    },
  }
}

/** Measures components that mount at the same time, until all of them show their data. */
export function runMount(
  environment: Environment,
  { page: name }: FetchContender,
  crowd: Crowd,
): Promise<MountSample> {
  return inPage(environment, `${name}?stub`, async (page) => {
    const { cpu, bare, heap } = probe(page, name, crowd)
    for (const what of ['blank', 'live', 'blank', 'live'] as const) await cpu(what)
    await bare()
    const times: { blank: number; over: number; bare: number }[] = []
    let [requests, renders] = [0, 0]
    for (let time = 0; time < crowd.mounts; time++) {
      const blank = (await cpu('blank')).cpu
      const live = await cpu('live')
      times.push({ blank, over: live.cpu - blank, bare: await bare() })
      ;({ requests, renders } = live)
    }
    // First recompiles the code that garbage collection has discarded.
    for (const what of ['blank', 'live'] as const) await heap(what)
    const blank = await heap('blank', 300)
    const live = await heap('live')
    const middle = (field: 'blank' | 'over' | 'bare') => median(times.map((time) => time[field]))
    return {
      blank: { cpu: middle('blank'), heap: blank },
      over: { cpu: middle('over'), heap: live - blank },
      bare: middle('bare'),
      requests,
      renders: renders / crowd.components,
    }
  })
}

/** The cost of one `refetch` of an unchanged document. */
export interface RefetchSample {
  /** CPU time of the main thread, in ms. */
  readonly cpu: number
  /** CPU time of `fetch` and `json()` alone, in the same page. */
  readonly bare: number
  readonly renders: number
  readonly requests: number
  /** The share of 304 responses. */
  readonly unchanged: number
  /** Bytes on the connection, both ways. */
  readonly bytes: number
}

export function runAgain(
  environment: Environment,
  { page: name }: FetchContender,
  times: number,
): Promise<RefetchSample> {
  const { server } = environment
  return inPage(environment, name, async (page) => {
    async function each(work: (times: number) => Promise<unknown>): Promise<number> {
      await work(10)
      await page.run('gc()')
      await sleep(200)
      const before = await page.threadTime()
      await work(times)
      return (((await page.threadTime()) - before) * 1000) / times
    }
    const bare = await each((times) =>
      page.run(`(async () => { for (let i = 0; i < ${times}; i++) await stage.request(1, '/document') })()`),
    )
    await page.run(`stage.mount('again', 1, '/document')`)
    let since = server.traffic()
    const cpu = await each((times) => {
      since = server.traffic()
      return page.run(`stage.refetch(${times})`)
    })
    const now = server.traffic()
    const { renders } = await tallyOf(page, name)
    const requests = now.requests - since.requests
    return {
      cpu,
      bare,
      renders: renders / times,
      requests: requests / times,
      unchanged: (now.unchanged - since.unchanged) / requests,
      bytes: (now.bytes - since.bytes) / times,
    }
  })
}
