import { type Contender, contenders, raw } from './contenders.ts'
import { type HeapSample, type Load, type Sample, type Stage, runHeap, runLoad } from './measure.ts'
import { shuffled } from './random.ts'
import { type Spread, spread } from './statistics.ts'

/** The result of a load case for one contender. */
export interface LoadRow {
  readonly contender: Contender
  /** CPU time of the main thread for each message and component, in microseconds. */
  readonly cpu: Spread
  /** The CPU time divided by that of the raw loop in the same round. */
  readonly ratio: Spread
  /** The shares of the sent messages, in the worst round. 1 is all of them. */
  readonly received: number
  readonly folded: number
  /** Renders of one component. */
  readonly renders: Spread
  /** The most renders of one component in one frame. */
  readonly mostInFrame: number
  readonly sockets: number
}

export interface HeapRow {
  readonly contender: Contender
  readonly idle: Spread
  readonly shared: Spread | undefined
}

export const logProgress = (text: string): void => void process.stderr.write(`${text}\n`)

/** Runs every contender once a round, in a new random order each time, so that disturbances affect all equally. */
export async function inRounds<Chosen, Result>(
  chosen: readonly Chosen[],
  rounds: number,
  random: () => number,
  run: (contender: Chosen) => Promise<Result>,
): Promise<Map<Chosen, Result[]>> {
  const results = new Map<Chosen, Result[]>(chosen.map((contender) => [contender, []]))
  for (let round = 0; round < rounds; round++) {
    for (const contender of shuffled(chosen, random)) results.get(contender)?.push(await run(contender))
  }
  return results
}

export async function loadCase(
  stage: Stage,
  name: string,
  load: Load,
  rounds: number,
  random: () => number,
): Promise<LoadRow[]> {
  const samples = await inRounds(contenders, rounds, random, async (contender) => {
    const sample = await runLoad(stage, contender, load)
    logProgress(
      `${name}  ${contender.page.padEnd(16)} ${sample.cpu.toFixed(2)} µs a message, ${sample.renders} renders`,
    )
    return sample
  })
  const base = samples.get(raw) ?? []
  const rows: LoadRow[] = []
  for (const [contender, runs] of samples) {
    // A separate run, because watching every frame costs time.
    const short = { ...load, messages: Math.min(load.messages, 4000) }
    const { mostInFrame } = await runLoad(stage, contender, short, true)
    rows.push(rowOf(contender, runs, base, load, mostInFrame))
  }
  return rows
}

function rowOf(
  contender: Contender,
  runs: readonly Sample[],
  base: readonly Sample[],
  { components, messages }: Load,
  mostInFrame: number,
): LoadRow {
  const least = (field: 'received' | 'folded', size: number) =>
    Math.min(...runs.map((run) => run[field])) / size / messages / components
  return {
    contender,
    cpu: spread(runs.map(({ cpu }) => cpu)),
    ratio: spread(runs.map(({ cpu }, round) => cpu / (base[round]?.cpu ?? Number.NaN))),
    received: least('received', 1),
    folded: least('folded', 100),
    renders: spread(runs.map(({ renders }) => renders / components)),
    mostInFrame,
    sockets: Math.max(...runs.map(({ sockets }) => sockets)),
  }
}

export async function heapCase(
  stage: Stage,
  count: number,
  rounds: number,
  random: () => number,
): Promise<HeapRow[]> {
  const hooks = contenders.filter(({ idle }) => idle !== undefined)
  const samples = await inRounds<Contender, HeapSample>(hooks, rounds, random, async (contender) => {
    const sample = await runHeap(stage, contender, count)
    logProgress(`heap  ${contender.page.padEnd(16)} ${Math.round(sample.idle)} bytes`)
    return sample
  })
  return [...samples].map(([contender, runs]) => {
    const shared = runs.flatMap((run) => run.shared ?? [])
    return {
      contender,
      idle: spread(runs.map(({ idle }) => idle)),
      shared: shared.length > 0 ? spread(shared) : undefined,
    }
  })
}
