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
import type { HookRow, ReaderRow } from './cases.ts'

/** A frame at 60 Hz with the jitter of a clock, in ms. */
const FRAME = 17
/** Two frames. In a longer gap a frame is missing. */
const MISSED = 34

type AnyRow = ReaderRow | HookRow

const own = ({ contender }: AnyRow): boolean => contender.ours === true
const all = ({ events, length }: AnyRow): boolean => events === 1 && length === 1
/** Highlights a share above 1, which is an error. */
const got = (part: number): string => (part > 1 ? `**${figure(part * 100, 1)} %**` : share(part))
/** The other contenders, without the base, which is the first row. */
const others = <Row extends AnyRow>(rows: readonly Row[]): Row[] => rows.slice(1).filter((row) => !own(row))

const title: Column<AnyRow> = ['', ({ contender }) => contender.title]
const value = ({ contender }: AnyRow): string => contender.value
const cpu: Column<AnyRow> = ['CPU, ms', ({ cpu }) => figure(cpu.median, 0)]
const ratio = (row: AnyRow): string => range(row.ratio, 2)
const events: Column<AnyRow> = ['events', ({ events }) => got(events)]
const characters: Column<AnyRow> = ['characters', ({ length }) => got(length)]

const readerColumns: readonly Column<ReaderRow>[] = [
  title,
  ['by', value],
  cpu,
  ['of the bare loop', ratio],
  ['wall, ms', ({ wall }) => range(wall, 0)],
  events,
  characters,
]
export const readerTable = (rows: readonly ReaderRow[]): string => tableOf(rows, readerColumns)

const hookColumns: readonly Column<HookRow>[] = [
  title,
  ['value', value],
  cpu,
  ['of `EventSource`', ratio],
  events,
  characters,
  ['renders', ({ renders }) => figure(renders.median, 0)],
  ['most in a frame', ({ mostInFrame }) => figure(mostInFrame, 0)],
]
export const hookTable = (rows: readonly HookRow[]): string => tableOf(rows, hookColumns)

/** The gap between frames that this share of all gaps does not exceed. */
const percentile = ({ gaps }: ReaderRow, share: number): number =>
  gaps[Math.ceil(gaps.length * share) - 1] ?? Number.NaN
const missed = ({ gaps }: ReaderRow): number => gaps.filter((gap) => gap > MISSED).length / gaps.length
const rate = ({ gaps }: ReaderRow): number =>
  (1000 * gaps.length) / gaps.reduce((total, gap) => total + gap, 0)

const frameColumns: readonly Column<ReaderRow>[] = [
  title,
  ['by', value],
  ['wall, ms', ({ wall }) => figure(wall.median, 0)],
  cpu,
  ['of the bare loop', ratio],
  ['frames a second', (row) => figure(rate(row), 1)],
  ['median gap, ms', (row) => figure(percentile(row, 0.5), 1)],
  ['p95, ms', (row) => figure(percentile(row, 0.95), 1)],
  ['longest, ms', (row) => figure(percentile(row, 1), 1)],
  ['over 34 ms', (row) => `${figure(missed(row) * 100, 1)} %`],
  events,
]
export const frameTable = (rows: readonly ReaderRow[]): string => tableOf(rows, frameColumns)

export function losslessVerdict(rows: readonly AnyRow[]): Verdict {
  const losers = rows.filter((row) => !own(row) && !all(row))
  const rest =
    losers.length > 0
      ? `events lost by ${each(losers, ({ contender }) => contender.title)}`
      : 'others lose none either'
  return ['no event is lost', rows.filter(own).every(all), `events and characters are all there; ${rest}`]
}

/** Compares the CPU time with the base, which is the first row. */
export const ratioVerdict = (rows: readonly AnyRow[], target: number, base: string): Verdict =>
  cpuTarget(target, base, rows.filter(own), others(rows))

export const renderVerdict = (rows: readonly HookRow[]): Verdict =>
  renderTarget(rows.filter(own), others(rows))

export function frameVerdicts(rows: readonly ReaderRow[]): Verdict[] {
  const ours = rows.filter(own)
  const [base, ...rest] = rows.filter((row) => !own(row))
  const compare = (format: (row: ReaderRow) => string) =>
    `${each(ours, format)}; bare loop: ${base ? format(base) : ''}; with pauses: ${each(rest, format)}`
  return [
    ['60 frames a second', ours.every((row) => rate(row) >= 59), compare((row) => figure(rate(row), 1))],
    [
      `95 % of the frames at most ${FRAME} ms after the one before`,
      ours.every((row) => percentile(row, 0.95) <= FRAME),
      `${compare((row) => figure(percentile(row, 0.95), 1))} ms`,
    ],
    [
      `none more than ${MISSED} ms after it`,
      ours.every((row) => missed(row) === 0),
      `longest ${compare((row) => figure(percentile(row, 1), 1))} ms`,
    ],
  ]
}
