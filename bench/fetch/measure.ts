import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from '../chromium.ts'
import type { Tally, What } from '../pages/fetch/stage.ts'
import { median } from '../statistics.ts'
import type { Asker } from './contenders.ts'
import type { FetchServer } from './server.ts'

/** Where it is measured. */
export interface Place {
  readonly browser: Browser
  readonly server: FetchServer
}

/** What is mounted. */
export interface Crowd {
  readonly components: number
  /** `{}` is the number of the component, where each has a URL of its own. */
  readonly path: string
  /** How many requests that takes at the least. */
  readonly requests: number
  /** How often CPU is measured in one page. */
  readonly mounts: number
  /** How long it takes until no timer holds anything any more, in ms: SWR remembers for 2 s what it does not ask again. */
  readonly settle: number
}

/** CPU of the main thread in ms for all components; heap in bytes for one. */
export interface MountSample {
  readonly blank: { readonly cpu: number; readonly heap: number }
  /** Over the blank ones in the same page. */
  readonly over: { readonly cpu: number; readonly heap: number }
  /** CPU of the requests by themselves, with `fetch` and nothing else, in the same page. */
  readonly bare: number
  readonly requests: number
  /** Of one component. */
  readonly renders: number
}

async function inPage<Result>(
  { browser, server }: Place,
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
  if (tally.wrong > 0) throw new Error(`${name}: ${tally.wrong} components show something else`)
  return tally
}

/** What one page is asked to do, over and over. */
function probe(page: Page, name: string, { components, path, requests, settle }: Crowd) {
  let turn = 0

  async function mount(what: What): Promise<Tally> {
    // What was asked for before is in a cache: each turn has destinations of its own.
    await page.run(`stage.mount('${what}', ${components}, '${path}?turn=${turn++}')`)
    return tallyOf(page, name)
  }

  async function timed<Result>(work: () => Promise<Result>): Promise<[cpu: number, Result]> {
    // Once, and not as thoroughly as for the heap: code that is thrown away by it would be compiled again.
    await page.run('gc()')
    await sleep(50)
    const before = await page.threadTime()
    const result = await work()
    return [((await page.threadTime()) - before) * 1000, result]
  }

  async function leave(): Promise<void> {
    await page.run('stage.clear()')
    await sleep(100)
  }

  return {
    async cpu(what: What): Promise<Tally & { readonly cpu: number }> {
      const [cpu, tally] = await timed(() => mount(what))
      await leave()
      return { ...tally, cpu }
    },
    async bare(): Promise<number> {
      const [cpu] = await timed(() => page.run(`stage.ask(${requests}, '${path}?turn=${turn++}')`))
      return cpu
    },
    async heap(what: What, rest = settle): Promise<number> {
      const before = await page.heap()
      await mount(what)
      await sleep(rest)
      const bytes = (await page.heap()) - before
      await leave()
      return bytes / components
    },
  }
}

/** What it costs that so many components appear at once, until all of them show what they asked for. */
export function runMount(place: Place, { page: name }: Asker, crowd: Crowd): Promise<MountSample> {
  return inPage(place, `${name}?stub`, async (page) => {
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
    // First to compile again what garbage collection has thrown away.
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

/** What one `refetch` costs of a document that has not changed. */
export interface AgainSample {
  /** CPU of the main thread, in ms. */
  readonly cpu: number
  /** The same of `fetch` and `json()` alone, in the same page. */
  readonly bare: number
  readonly renders: number
  readonly requests: number
  /** Answers by 304, of each request. */
  readonly unchanged: number
  /** On the line, both ways. */
  readonly bytes: number
}

export function runAgain(place: Place, { page: name }: Asker, times: number): Promise<AgainSample> {
  const { server } = place
  return inPage(place, name, async (page) => {
    async function each(work: (times: number) => Promise<unknown>): Promise<number> {
      await work(10)
      await page.run('gc()')
      await sleep(200)
      const before = await page.threadTime()
      await work(times)
      return (((await page.threadTime()) - before) * 1000) / times
    }
    const bare = await each((times) =>
      page.run(`(async () => { for (let i = 0; i < ${times}; i++) await stage.ask(1, '/document') })()`),
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
