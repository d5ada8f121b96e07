import { inRounds, say } from '../cases.ts'
import type { Stage } from '../measure.ts'
import { type Spread, spread } from '../statistics.ts'
import { type Reader, hooks, painters, readers } from './contenders.ts'
import { type Flow, runHook, runReader } from './measure.ts'
import { prepare } from './streams.ts'

/** What a case says of one contender. */
interface Line {
  readonly contender: Reader
  /** CPU time of the main thread for the stream, in ms. */
  readonly cpu: Spread
  /** The same as a multiple of the base's in the same round. */
  readonly ratio: Spread
  /** Shares of the events and of their characters, of the worst round: 1 is everything. */
  readonly events: number
  readonly length: number
}

export interface ReaderLine extends Line {
  /** From the opening to the last event, in ms. */
  readonly wall: Spread
  /** From one frame to the next, in ms, of all rounds, in order of size; nothing where it was not asked for. */
  readonly gaps: readonly number[]
}

export interface HookLine extends Line {
  readonly renders: Spread
  /** The most renders in one frame. */
  readonly mostInFrame: number
}

/** A run, as far as all of them are alike. */
interface Run {
  readonly cpu: number
  readonly events: number
  readonly length: number
}

function lineOf(contender: Reader, runs: readonly Run[], base: readonly Run[], flow: Flow): Line {
  const sent = prepare(flow.kind, flow.size)
  // More than was sent would be as wrong as less.
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

/** How the streams are read; `frames`: what the page keeps of its frames meanwhile. */
export async function readerCase(
  stage: Stage,
  name: string,
  flow: Flow,
  rounds: number,
  random: () => number,
  frames = false,
): Promise<ReaderLine[]> {
  const chosen = frames ? painters : readers
  const samples = await inRounds(chosen, rounds, random, async (reader) => {
    const sample = await runReader(stage, reader, flow, frames)
    const { page, how = '' } = reader
    say(
      `${name}  ${`${page} ${how}`.padEnd(26)} ${sample.cpu.toFixed(0)} ms, ${sample.wall.toFixed(0)} ms wall`,
    )
    return sample
  })
  const [base = []] = samples.values()
  return [...samples].map(([contender, runs]) => ({
    ...lineOf(contender, runs, base, flow),
    wall: spread(runs.map(({ wall }) => wall)),
    gaps: runs.flatMap(({ gaps }) => gaps).toSorted((a, b) => a - b),
  }))
}

/** How the streams come into components. */
export async function hookCase(
  stage: Stage,
  name: string,
  flow: Flow,
  rounds: number,
  random: () => number,
): Promise<HookLine[]> {
  const samples = await inRounds(hooks, rounds, random, async (hook) => {
    const { cpu, heard, folded, renders } = await runHook(stage, hook, flow, false)
    say(`${name}  ${hook.page.padEnd(20)} ${cpu.toFixed(0)} ms, ${renders} renders`)
    return { cpu, events: heard, length: folded, renders }
  })
  const [base = []] = samples.values()
  const lines: HookLine[] = []
  for (const [contender, runs] of samples) {
    // By itself: to look at every frame costs time.
    const short = { ...flow, size: 2_000_000 }
    const { mostInFrame } = await runHook(stage, contender, short, true)
    const renders = spread(runs.map((run) => run.renders))
    lines.push({ ...lineOf(contender, runs, base, flow), renders, mostInFrame })
  }
  return lines
}
