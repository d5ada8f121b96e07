import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HOW_TO_GET_CHROMIUM, findChromium } from '../scripts/chromium.ts'
import { onStop, start, stop } from '../scripts/processes.ts'
import { type Session, connect } from './cdp.ts'

const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-component-update',
  '--disable-renderer-backgrounding',
  '--disable-sync',
  '--disable-quic',
  '--remote-debugging-port=0',
  '--js-flags=--expose-gc',
] as const

export interface Browser {
  readonly version: string
  /** Opens a new page in a new process. */
  page(url: string): Promise<Page>
  close(): Promise<void>
}

export interface Page {
  /** Evaluates an expression, and waits if it is a promise. */
  run<Result>(expression: string): Promise<Result>
  /** CPU time of the page's main thread so far, in seconds. */
  threadTime(): Promise<number>
  /** The used bytes of the page's JavaScript heap. */
  heap(): Promise<number>
  /** For diagnosis only, because profiling makes the page slower. */
  readonly session: Session
  close(): Promise<void>
}

/** Starts Chromium, and connects to it with CDP. */
export async function launch(): Promise<Browser> {
  const executable = findChromium()
  if (executable === undefined) throw new Error(HOW_TO_GET_CHROMIUM)
  const folder = mkdtempSync(join(tmpdir(), 'tautline-bench-'))
  const child = start([executable, ...FLAGS, `--user-data-dir=${folder}`, 'about:blank'], { stdio: 'ignore' })
  const end = async (): Promise<void> => {
    await stop(child)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  onStop(end)
  const { port, path } = await endpointIn(folder)
  const browser = await connect(`ws://127.0.0.1:${port}${path}`)
  const { product } = await browser.send<{ product: string }>('Browser.getVersion')
  return {
    version: product.replace('/', ' '),
    async page(url) {
      const { targetId } = await browser.send<{ targetId: string }>('Target.createTarget', {
        url: 'about:blank',
      })
      const session = await connect(`ws://127.0.0.1:${port}/devtools/page/${targetId}`)
      await session.send('Page.enable')
      const loaded = session.once('Page.loadEventFired')
      await session.send('Page.navigate', { url })
      await loaded
      await session.send('Page.bringToFront')
      await session.send('Page.disable')
      return pageOf(session, () => browser.send('Target.closeTarget', { targetId }))
    },
    close: end,
  }
}

/** Reads the address of the debugger from the profile folder, where Chromium writes it. */
async function endpointIn(folder: string): Promise<{ port: number; path: string }> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      const [port, path = ''] = readFileSync(join(folder, 'DevToolsActivePort'), 'utf8').split('\n')
      if (path !== '') return { port: Number(port), path }
    } catch {
      // The file does not exist yet.
    }
    await sleep(50)
  }
  throw new Error('Chromium did not write its debugger address within 10 s')
}

interface Evaluated {
  result: { value: unknown }
  exceptionDetails?: { text: string; exception?: { description?: string } }
}

function pageOf(session: Session, close: () => Promise<unknown>): Page {
  const ready = session.send('Performance.enable', { timeDomain: 'threadTicks' })

  async function metric(name: string): Promise<number> {
    await ready
    const { metrics } = await session.send<{ metrics: { name: string; value: number }[] }>(
      'Performance.getMetrics',
    )
    const found = metrics.find((metric) => metric.name === name)
    if (!found) throw new Error(`Chromium has no metric ${name}`)
    return found.value
  }

  return {
    session,
    async run<Result>(expression: string) {
      const params = { expression, awaitPromise: true, returnByValue: true }
      const { result, exceptionDetails } = await session.send<Evaluated>('Runtime.evaluate', params)
      if (exceptionDetails) {
        throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      }
      return result.value as Result // the caller knows the type
    },
    threadTime: () => metric('ThreadTime'),
    async heap() {
      // Three times, because objects that a finalizer releases are collected by the next run only.
      for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage')
      return metric('JSHeapUsedSize')
    },
    async close() {
      session.close()
      await close()
    },
  }
}
