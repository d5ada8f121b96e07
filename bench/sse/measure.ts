import { setTimeout as sleep } from 'node:timers/promises'
import { type Stage, inPage } from '../measure.ts'
import type { Tally } from '../pages/harness.ts'
import type { Played } from '../pages/sse/player.ts'
import type { Reader } from './contenders.ts'
import { type Kind, prepare } from './streams.ts'

/** The stream that the server sends, with its size in bytes. */
export interface Flow {
  readonly kind: Kind
  readonly size: number
  /** The size of a stream before the measurement, so that the code is optimised. It differs from `size`, because a connection to the same URL could still be open and be shared. */
  readonly warmUp: number
}

/** CPU time of the main thread, in ms. */
interface Cost {
  readonly cpu: number
}

/** Reads one stream in a new page. */
export function runReader(
  stage: Stage,
  { page: name, how = '' }: Reader,
  { kind, size, warmUp }: Flow,
  frames: boolean,
): Promise<Played & Cost> {
  return inPage(stage, name, async (page) => {
    const play = (bytes: number) => {
      const { path, events } = prepare(kind, bytes)
      const url = `${stage.server.origin}${path}`
      return page.run<Played>(`player.play('${url}', ${events}, '${how}', ${frames})`)
    }
    await play(warmUp)
    await sleep(200)
    const before = await page.threadTime()
    const played = await play(size)
    return { ...played, cpu: ((await page.threadTime()) - before) * 1000 }
  })
}

/** Reads one stream in a component, in a new page. */
export function runHook(
  stage: Stage,
  { page: name }: Reader,
  { kind, size, warmUp }: Flow,
  frames: boolean,
): Promise<Tally & Cost> {
  return inPage(stage, name, async (page) => {
    // The measurement begins when the component is mounted and connected.
    const play = async (bytes: number): Promise<Tally & Cost> => {
      const { path, events } = prepare(kind, bytes)
      await page.run(`bench.live(1, '${stage.server.origin}${path}?later')`)
      await sleep(200)
      await page.run(`bench.reset(${frames})`)
      const before = await page.threadTime()
      const tally = await page.run<Tally>(`bench.waitForMessages(${events}, 5000)`)
      return { ...tally, cpu: ((await page.threadTime()) - before) * 1000 }
    }
    await play(warmUp)
    await page.run('bench.clear()')
    await sleep(200)
    return play(size)
  })
}
