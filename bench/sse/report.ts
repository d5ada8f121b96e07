import {
  type Column,
  type Verdict,
  cpuTarget,
  each,
  figure,
  range,
  renderTarget,
  share,
  tableOf,
} from '../report.ts'
import type { HookLine, ReaderLine } from './cases.ts'

/** A frame at 60 Hz with the jitter of a clock, in ms. */
const FRAME = 17
/** Two frames: from here on one is missing. */
const MISSED = 34

type AnyLine = ReaderLine | HookLine

const own = ({ contender }: AnyLine): boolean => contender.ours === true
const all = ({ events, length }: AnyLine): boolean => events === 1 && length === 1
/** More than was sent is wrong as well. */
const got = (part: number): string => (part > 1 ? `**${figure(part * 100, 1)} %**` : share(part))
/** But for the base, which is the first line. */
const others = <Line extends AnyLine>(lines: readonly Line[]): Line[] =>
  lines.slice(1).filter((line) => !own(line))

const title: Column<AnyLine> = ['', ({ contender }) => contender.title]
const value = ({ contender }: AnyLine): string => contender.value
const cpu: Column<AnyLine> = ['CPU, ms', ({ cpu }) => figure(cpu.median, 0)]
const ratio = (line: AnyLine): string => range(line.ratio, 2)
const events: Column<AnyLine> = ['events', ({ events }) => got(events)]
const characters: Column<AnyLine> = ['characters', ({ length }) => got(length)]

const readerColumns: readonly Column<ReaderLine>[] = [
  title,
  ['by', value],
  cpu,
  ['of the bare loop', ratio],
  ['wall, ms', ({ wall }) => range(wall, 0)],
  events,
  characters,
]
export const readerTable = (lines: readonly ReaderLine[]): string => tableOf(lines, readerColumns)

const hookColumns: readonly Column<HookLine>[] = [
  title,
  ['value', value],
  cpu,
  ['of `EventSource`', ratio],
  events,
  characters,
  ['renders', ({ renders }) => figure(renders.median, 0)],
  ['most in a frame', ({ mostInFrame }) => figure(mostInFrame, 0)],
]
export const hookTable = (lines: readonly HookLine[]): string => tableOf(lines, hookColumns)

/** Of the gaps between frames, the one that so large a share of them does not exceed. */
const percentile = ({ gaps }: ReaderLine, share: number): number =>
  gaps[Math.ceil(gaps.length * share) - 1] ?? Number.NaN
const missed = ({ gaps }: ReaderLine): number => gaps.filter((gap) => gap > MISSED).length / gaps.length
const rate = ({ gaps }: ReaderLine): number =>
  (1000 * gaps.length) / gaps.reduce((total, gap) => total + gap, 0)

const frameColumns: readonly Column<ReaderLine>[] = [
  title,
  ['by', value],
  ['wall, ms', ({ wall }) => figure(wall.median, 0)],
  cpu,
  ['of the bare loop', ratio],
  ['frames a second', (line) => figure(rate(line), 1)],
  ['median gap, ms', (line) => figure(percentile(line, 0.5), 1)],
  ['p95, ms', (line) => figure(percentile(line, 0.95), 1)],
  ['longest, ms', (line) => figure(percentile(line, 1), 1)],
  ['over 34 ms', (line) => `${figure(missed(line) * 100, 1)} %`],
  events,
]
export const frameTable = (lines: readonly ReaderLine[]): string => tableOf(lines, frameColumns)

export function losslessVerdict(lines: readonly AnyLine[]): Verdict {
  const losers = lines.filter((line) => !own(line) && !all(line))
  const rest =
    losers.length > 0 ? `lost by ${each(losers, ({ contender }) => contender.title)}` : 'nor by others'
  return ['no event is lost', lines.filter(own).every(all), `events and characters are all there; ${rest}`]
}

/** CPU against the base, which is the first line. */
export const ratioVerdict = (lines: readonly AnyLine[], target: number, base: string): Verdict =>
  cpuTarget(target, base, lines.filter(own), others(lines))

export const renderVerdict = (lines: readonly HookLine[]): Verdict =>
  renderTarget(lines.filter(own), others(lines))

export function frameVerdicts(lines: readonly ReaderLine[]): Verdict[] {
  const ours = lines.filter(own)
  const [base, ...rest] = lines.filter((line) => !own(line))
  const beside = (say: (line: ReaderLine) => string) =>
    `${each(ours, say)}; bare loop: ${base ? say(base) : ''}; with turns: ${each(rest, say)}`
  return [
    ['60 frames a second', ours.every((line) => rate(line) >= 59), beside((line) => figure(rate(line), 1))],
    [
      `95 % of the frames at most ${FRAME} ms after the one before`,
      ours.every((line) => percentile(line, 0.95) <= FRAME),
      `${beside((line) => figure(percentile(line, 0.95), 1))} ms`,
    ],
    [
      `none more than ${MISSED} ms after it`,
      ours.every((line) => missed(line) === 0),
      `longest ${beside((line) => figure(percentile(line, 1), 1))} ms`,
    ],
  ]
}
