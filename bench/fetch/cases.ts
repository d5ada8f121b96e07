import { dist } from '../build.ts'
import { inRounds, logProgress } from '../cases.ts'
import type { Browser } from '../chromium.ts'
import { type Spread, median, spread } from '../statistics.ts'
import { type FetchContender, fetchContenders } from './contenders.ts'
import {
  type RefetchSample,
  type Crowd,
  type MountSample,
  type Environment,
  runAgain,
  runMount,
} from './measure.ts'
import { startFetchServer } from './server.ts'

interface Row {
  readonly contender: FetchContender
  /** CPU of the main thread, in ms. */
  readonly cpu: Spread
  /** The CPU time divided by that of the best other contender in the same round: in the same framework, and in any. */
  readonly ofFramework: Spread
  readonly ofAny: Spread
}

export interface MountRow extends Row {
  readonly requests: number
  readonly renders: Spread
  readonly heap: Spread
}

/** A baseline: components without a hook, or requests without components. */
export interface BaseRow {
  readonly title: string
  readonly by: string
  readonly cpu: Spread
  readonly heap?: Spread
}

export interface RefetchRow extends Row {
  readonly renders: Spread
  readonly requests: number
  /** The smallest share of 304 responses. */
  readonly unchanged: number
  readonly bytes: Spread
}

export interface Measured<Row> {
  readonly rows: readonly Row[]
  readonly bases: readonly BaseRow[]
}

/** The CPU time of each round. */
type Times = ReadonlyMap<FetchContender, readonly number[]>

/** The times of the other contender with the smallest median. */
function bestOf(times: Times, among: (contender: FetchContender) => boolean): readonly number[] {
  const others = [...times].filter(([contender]) => contender.ours !== true && among(contender))
  const [best] = others.toSorted(([, a], [, b]) => median(a) - median(b))
  return best?.[1] ?? []
}

function rowOf(contender: FetchContender, times: Times): Row {
  const own = times.get(contender) ?? []
  const against = (base: readonly number[]) =>
    spread(own.map((cpu, round) => cpu / (base[round] ?? Number.NaN)))
  return {
    contender,
    cpu: spread(own),
    ofFramework: against(bestOf(times, ({ framework }) => framework === contender.framework)),
    ofAny: against(bestOf(times, () => true)),
  }
}

async function withServer<Result>(
  browser: Browser,
  work: (environment: Environment) => Promise<Result>,
): Promise<Result> {
  const server = await startFetchServer(dist)
  try {
    return await work({ browser, server })
  } finally {
    await server.close()
  }
}

/** Measures many components that mount at the same time. */
export function mountCase(
  browser: Browser,
  name: string,
  crowd: Crowd,
  rounds: number,
  random: () => number,
): Promise<Measured<MountRow>> {
  return withServer(browser, async (environment) => {
    const samples = await inRounds<FetchContender, MountSample>(
      fetchContenders,
      rounds,
      random,
      async (contender) => {
        const sample = await runMount(environment, contender, crowd)
        const { cpu, heap } = sample.over
        logProgress(`${name}  ${contender.page.padEnd(20)} ${cpu.toFixed(1)} ms, ${heap.toFixed(0)} bytes`)
        return sample
      },
    )
    const times = new Map(
      [...samples].map(([contender, runs]) => [contender, runs.map(({ over }) => over.cpu)]),
    )
    const rows = [...samples].map(([contender, runs]) => ({
      ...rowOf(contender, times),
      requests: Math.max(...runs.map(({ requests }) => requests)),
      renders: spread(runs.map(({ renders }) => renders)),
      heap: spread(runs.map(({ over }) => over.heap)),
    }))
    const bases = [
      blankOf(samples, 'React'),
      blankOf(samples, 'Vue'),
      bareOf(samples, crowd.requests === 1 ? 'once' : `${crowd.requests} times at once`),
    ]
    return { rows, bases }
  })
}

function blankOf(
  samples: ReadonlyMap<FetchContender, readonly MountSample[]>,
  framework: FetchContender['framework'],
): BaseRow {
  const runs = [...samples].flatMap(([contender, runs]) => (contender.framework === framework ? runs : []))
  return {
    title: `blank, ${framework}`,
    by: 'no hook',
    cpu: spread(runs.map(({ blank }) => blank.cpu)),
    heap: spread(runs.map(({ blank }) => blank.heap)),
  }
}

function bareOf(
  samples: ReadonlyMap<FetchContender, readonly { bare: number }[]>,
  howOften: string,
): BaseRow {
  const runs = [...samples.values()].flat()
  return {
    title: 'bare loop',
    by: `\`fetch\`, \`json()\`, ${howOften}`,
    cpu: spread(runs.map(({ bare }) => bare)),
  }
}

/** Measures one component that refetches an unchanged document. */
export function againCase(
  browser: Browser,
  name: string,
  times: number,
  rounds: number,
  random: () => number,
): Promise<Measured<RefetchRow>> {
  return withServer(browser, async (environment) => {
    const samples = await inRounds<FetchContender, RefetchSample>(
      fetchContenders,
      rounds,
      random,
      async (contender) => {
        const sample = await runAgain(environment, contender, times)
        logProgress(
          `${name}  ${contender.page.padEnd(20)} ${sample.cpu.toFixed(2)} ms, ${sample.bytes.toFixed(0)} bytes`,
        )
        return sample
      },
    )
    const cpus = new Map([...samples].map(([contender, runs]) => [contender, runs.map(({ cpu }) => cpu)]))
    const rows = [...samples].map(([contender, runs]) => ({
      ...rowOf(contender, cpus),
      renders: spread(runs.map(({ renders }) => renders)),
      requests: Math.max(...runs.map(({ requests }) => requests)),
      unchanged: Math.min(...runs.map(({ unchanged }) => unchanged)),
      bytes: spread(runs.map(({ bytes }) => bytes)),
    }))
    return { rows, bases: [bareOf(samples, 'once')] }
  })
}
