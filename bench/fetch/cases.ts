import { dist } from '../build.ts'
import { inRounds, say } from '../cases.ts'
import type { Browser } from '../chromium.ts'
import { type Spread, median, spread } from '../statistics.ts'
import { type Asker, askers } from './contenders.ts'
import { type AgainSample, type Crowd, type MountSample, type Place, runAgain, runMount } from './measure.ts'
import { startFetchServer } from './server.ts'

interface Line {
  readonly asker: Asker
  /** CPU of the main thread, in ms. */
  readonly cpu: Spread
  /** The same as a multiple, in the same round, of the best of the others in the same framework, and in any. */
  readonly ofKin: Spread
  readonly ofAny: Spread
}

export interface MountLine extends Line {
  readonly requests: number
  readonly renders: Spread
  readonly heap: Spread
}

/** What is beneath or within the others: components without a hook, or requests without components. */
export interface BaseLine {
  readonly title: string
  readonly by: string
  readonly cpu: Spread
  readonly heap?: Spread
}

export interface AgainLine extends Line {
  readonly renders: Spread
  readonly requests: number
  /** The least share of 304. */
  readonly unchanged: number
  readonly bytes: Spread
}

export interface Measured<Line> {
  readonly lines: readonly Line[]
  readonly bases: readonly BaseLine[]
}

/** The CPU of each round. */
type Times = ReadonlyMap<Asker, readonly number[]>

/** Who of the others needs least. */
function bestOf(times: Times, among: (asker: Asker) => boolean): readonly number[] {
  const others = [...times].filter(([asker]) => asker.ours !== true && among(asker))
  const [best] = others.toSorted(([, a], [, b]) => median(a) - median(b))
  return best?.[1] ?? []
}

function lineOf(asker: Asker, times: Times): Line {
  const own = times.get(asker) ?? []
  const against = (base: readonly number[]) =>
    spread(own.map((cpu, round) => cpu / (base[round] ?? Number.NaN)))
  return {
    asker,
    cpu: spread(own),
    ofKin: against(bestOf(times, ({ framework }) => framework === asker.framework)),
    ofAny: against(bestOf(times, () => true)),
  }
}

async function withServer<Result>(
  browser: Browser,
  work: (place: Place) => Promise<Result>,
): Promise<Result> {
  const server = await startFetchServer(dist)
  try {
    return await work({ browser, server })
  } finally {
    await server.close()
  }
}

/** A crowd of components that appear at once. */
export function mountCase(
  browser: Browser,
  name: string,
  crowd: Crowd,
  rounds: number,
  random: () => number,
): Promise<Measured<MountLine>> {
  return withServer(browser, async (place) => {
    const samples = await inRounds<Asker, MountSample>(askers, rounds, random, async (asker) => {
      const sample = await runMount(place, asker, crowd)
      const { cpu, heap } = sample.over
      say(`${name}  ${asker.page.padEnd(20)} ${cpu.toFixed(1)} ms, ${heap.toFixed(0)} bytes`)
      return sample
    })
    const times = new Map([...samples].map(([asker, runs]) => [asker, runs.map(({ over }) => over.cpu)]))
    const lines = [...samples].map(([asker, runs]) => ({
      ...lineOf(asker, times),
      requests: Math.max(...runs.map(({ requests }) => requests)),
      renders: spread(runs.map(({ renders }) => renders)),
      heap: spread(runs.map(({ over }) => over.heap)),
    }))
    const bases = [
      blankOf(samples, 'React'),
      blankOf(samples, 'Vue'),
      bareOf(samples, crowd.requests === 1 ? 'once' : `${crowd.requests} times at once`),
    ]
    return { lines, bases }
  })
}

function blankOf(
  samples: ReadonlyMap<Asker, readonly MountSample[]>,
  framework: Asker['framework'],
): BaseLine {
  const runs = [...samples].flatMap(([asker, runs]) => (asker.framework === framework ? runs : []))
  return {
    title: `blank, ${framework}`,
    by: 'no hook',
    cpu: spread(runs.map(({ blank }) => blank.cpu)),
    heap: spread(runs.map(({ blank }) => blank.heap)),
  }
}

function bareOf(samples: ReadonlyMap<Asker, readonly { bare: number }[]>, often: string): BaseLine {
  const runs = [...samples.values()].flat()
  return {
    title: 'bare loop',
    by: `\`fetch\`, \`json()\`, ${often}`,
    cpu: spread(runs.map(({ bare }) => bare)),
  }
}

/** One component that asks again for what has not changed. */
export function againCase(
  browser: Browser,
  name: string,
  times: number,
  rounds: number,
  random: () => number,
): Promise<Measured<AgainLine>> {
  return withServer(browser, async (place) => {
    const samples = await inRounds<Asker, AgainSample>(askers, rounds, random, async (asker) => {
      const sample = await runAgain(place, asker, times)
      say(`${name}  ${asker.page.padEnd(20)} ${sample.cpu.toFixed(2)} ms, ${sample.bytes.toFixed(0)} bytes`)
      return sample
    })
    const cpus = new Map([...samples].map(([asker, runs]) => [asker, runs.map(({ cpu }) => cpu)]))
    const lines = [...samples].map(([asker, runs]) => ({
      ...lineOf(asker, cpus),
      renders: spread(runs.map(({ renders }) => renders)),
      requests: Math.max(...runs.map(({ requests }) => requests)),
      unchanged: Math.min(...runs.map(({ unchanged }) => unchanged)),
      bytes: spread(runs.map(({ bytes }) => bytes)),
    }))
    return { lines, bases: [bareOf(samples, 'once')] }
  })
}
