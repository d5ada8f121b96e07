import { type Contender, contenders, raw } from './contenders.ts'
import { type HeapSample, type Load, type Sample, type Stage, runHeap, runLoad } from './measure.ts'
import { shuffled } from './random.ts'
import { type Spread, spread } from './statistics.ts'

/** What a case says of one contender. */
export interface LoadLine {
  readonly contender: Contender
  /** Microseconds of the main thread for each message and component. */
  readonly cpu: Spread
  /** The same as a multiple of the raw loop's in the same round. */
  readonly ratio: Spread
  /** Shares of what was sent, of the worst round: 1 is everything. */
  readonly heard: number
  readonly folded: number
  /** Renders of one component. */
  readonly renders: Spread
  /** The most renders of one component in one frame. */
  readonly mostInFrame: number
  readonly sockets: number
}

export interface HeapLine {
  readonly contender: Contender
  readonly idle: Spread
  readonly shared: Spread | undefined
}

export const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** Every contender once a round, in an order that the round decides, so that what disturbs disturbs all alike. */
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
): Promise<LoadLine[]> {
  const samples = await inRounds(contenders, rounds, random, async (contender) => {
    const sample = await runLoad(stage, contender, load)
    say(
      `${name}  ${contender.page.padEnd(16)} ${sample.cpu.toFixed(2)} µs a message, ${sample.renders} renders`,
    )
    return sample
  })
  const base = samples.get(raw) ?? []
  const lines: LoadLine[] = []
  for (const [contender, runs] of samples) {
    // By itself: to look at every frame costs time.
    const short = { ...load, messages: Math.min(load.messages, 4000) }
    const { mostInFrame } = await runLoad(stage, contender, short, true)
    lines.push(lineOf(contender, runs, base, load, mostInFrame))
  }
  return lines
}

function lineOf(
  contender: Contender,
  runs: readonly Sample[],
  base: readonly Sample[],
  { components, messages }: Load,
  mostInFrame: number,
): LoadLine {
  const least = (field: 'heard' | 'folded', size: number) =>
    Math.min(...runs.map((run) => run[field])) / size / messages / components
  return {
    contender,
    cpu: spread(runs.map(({ cpu }) => cpu)),
    ratio: spread(runs.map(({ cpu }, round) => cpu / (base[round]?.cpu ?? Number.NaN))),
    heard: least('heard', 1),
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
): Promise<HeapLine[]> {
  const hooks = contenders.filter(({ idle }) => idle !== undefined)
  const samples = await inRounds<Contender, HeapSample>(hooks, rounds, random, async (contender) => {
    const sample = await runHeap(stage, contender, count)
    say(`heap  ${contender.page.padEnd(16)} ${Math.round(sample.idle)} bytes`)
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
