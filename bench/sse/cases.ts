import { inRounds, logProgress } from '../cases.ts'
import type { Stage } from '../measure.ts'
import { type Spread, spread } from '../statistics.ts'
import { type Reader, hooks, painters, readers } from './contenders.ts'
import { type Flow, runHook, runReader } from './measure.ts'
import { prepare } from './streams.ts'

/** The result of a case for one contender. */
interface Row {
  readonly contender: Reader
  /** CPU time of the main thread for the stream, in ms. */
  readonly cpu: Spread
  /** The CPU time divided by that of the base in the same round. */
  readonly ratio: Spread
  /** The shares of the events and of their characters, in the worst round. 1 is all of them. */
  readonly events: number
  readonly length: number
}

export interface ReaderRow extends Row {
  /** The time from the opening to the last event, in ms. */
  readonly wall: Spread
  /** The times between frames in all rounds, sorted, in ms. Empty when they are not measured. */
  readonly gaps: readonly number[]
}

export interface HookRow extends Row {
  readonly renders: Spread
  /** The most renders in one frame. */
  readonly mostInFrame: number
}

/** The common part of all samples. */
interface Run {
  readonly cpu: number
  readonly events: number
  readonly length: number
}

function rowOf(contender: Reader, runs: readonly Run[], base: readonly Run[], flow: Flow): Row {
  const sent = prepare(flow.kind, flow.size)
  // A share above 1 is an error too.
  const share = (field: 'events' | 'length') => {
    const shares = runs.map((run) => run[field] / sent[field])
    return shares.find((each) => each > 1) ?? Math.min(...shares)
  }
  return {
    contender,
    cpu: spread(runs.map(({ cpu }) => cpu)),
    ratio: spread(runs.map(({ cpu }, round) => cpu / (base[round]?.cpu ?? Number.NaN))),
    events: share('events'),
    length: share('length'),
  }
}

/** Measures how contenders read a stream. `frames` also measures the animation frames of the page. */
export async function readerCase(
  stage: Stage,
  name: string,
  flow: Flow,
  rounds: number,
  random: () => number,
  frames = false,
): Promise<ReaderRow[]> {
  const chosen = frames ? painters : readers
  const samples = await inRounds(chosen, rounds, random, async (reader) => {
    const sample = await runReader(stage, reader, flow, frames)
    const { page, how = '' } = reader
    logProgress(
      `${name}  ${`${page} ${how}`.padEnd(26)} ${sample.cpu.toFixed(0)} ms, ${sample.wall.toFixed(0)} ms wall`,
    )
    return sample
  })
  const [base = []] = samples.values()
  return [...samples].map(([contender, runs]) => ({
    ...rowOf(contender, runs, base, flow),
    wall: spread(runs.map(({ wall }) => wall)),
    gaps: runs.flatMap(({ gaps }) => gaps).toSorted((a, b) => a - b),
  }))
}

/** Measures how hooks bring a stream into components. */
export async function hookCase(
  stage: Stage,
  name: string,
  flow: Flow,
  rounds: number,
  random: () => number,
): Promise<HookRow[]> {
  const samples = await inRounds(hooks, rounds, random, async (hook) => {
    const { cpu, received, folded, renders } = await runHook(stage, hook, flow, false)
    logProgress(`${name}  ${hook.page.padEnd(20)} ${cpu.toFixed(0)} ms, ${renders} renders`)
    return { cpu, events: received, length: folded, renders }
  })
  const [base = []] = samples.values()
  const rows: HookRow[] = []
  for (const [contender, runs] of samples) {
    // A separate run, because watching every frame costs time.
    const short = { ...flow, size: 2_000_000 }
    const { mostInFrame } = await runHook(stage, contender, short, true)
    const renders = spread(runs.map((run) => run.renders))
    rows.push({ ...rowOf(contender, runs, base, flow), renders, mostInFrame })
  }
  return rows
}
