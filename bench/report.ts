import type { HeapRow, LoadRow } from './cases.ts'
import { type Contender, others, tautline } from './contenders.ts'
import { table } from './results.ts'
import type { Spread } from './statistics.ts'

export const figure = (value: number, digits: number): string =>
  Number.isNaN(value) ? '' : value.toFixed(digits)
export const range = ({ median, least, most }: Spread, digits: number): string =>
  `${figure(median, digits)} (${figure(least, digits)} to ${figure(most, digits)})`
export const share = (part: number): string =>
  part >= 1 ? 'all' : `${figure(part * 100, part < 0.01 ? 2 : 1)} %`

/** A column of a table: its head, and a function for its cells. */
export type Column<Row> = readonly [head: string, cell: (row: Row) => string]

/** Builds a table with a row for each contender. The first two columns are text. */
export function tableOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const head = columns.map(([head]) => head)
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)))
  return table(head, cells, 2)
}

const loadColumns: readonly Column<LoadRow>[] = [
  ['', ({ contender }) => contender.title],
  ['value', ({ contender }) => contender.value],
  ['CPU, µs a message', ({ cpu }) => figure(cpu.median, 2)],
  ['of raw', ({ ratio }) => range(ratio, 2)],
  ['callback received', ({ received }) => share(received)],
  ['value contains', ({ folded }) => share(folded)],
  ['renders', ({ renders }) => figure(renders.median, 0)],
  ['most in a frame', ({ mostInFrame }) => figure(mostInFrame, 0)],
  ['sockets', ({ sockets }) => `${sockets}`],
]
export const loadTable = (rows: readonly LoadRow[]): string => tableOf(rows, loadColumns)

const heapColumns: readonly Column<HeapRow>[] = [
  ['', ({ contender }) => contender.title],
  ['idle by', ({ contender }) => contender.idle ?? ''],
  ['bytes of an idle hook', ({ idle }) => range(idle, 0)],
  ['bytes of one on a shared URL', ({ shared }) => (shared ? range(shared, 0) : '')],
]
export const heapTable = (rows: readonly HeapRow[]): string => tableOf(rows, heapColumns)

/** A target, whether it is reached, and the figures for it. */
export type Verdict = readonly [target: string, reached: boolean, figures: string]

export function verdictTable(verdicts: readonly Verdict[], ours = 'React, Vue'): string {
  const rows = verdicts.map(([target, reached, figures]) => [target, reached ? 'yes' : '**no**', figures])
  return table(['target', 'reached', `figures: ${ours}; the others in the order of the table`], rows, 3)
}

export const each = <Row>(rows: readonly Row[], format: (row: Row) => string): string =>
  rows.map(format).join(', ')
const ofOurs = ({ contender }: { contender: Contender }): boolean => tautline.includes(contender)
const ofOthers = ({ contender }: { contender: Contender }): boolean => others.includes(contender)
const lossless = ({ received, folded }: LoadRow): boolean => received >= 1 && folded >= 1

/** Compares the CPU time with the base. `others` describes the rows in `rest`. */
export function cpuTarget<Row extends Pick<LoadRow, 'ratio'>>(
  target: number,
  base: string,
  ours: readonly Row[],
  rest: readonly Row[],
  others = 'others',
): Verdict {
  const ratios = (rows: readonly Row[]) => each(rows, ({ ratio }) => figure(ratio.median, 2))
  return [
    `CPU at most ${target.toFixed(2)} of ${base}`,
    ours.every(({ ratio }) => ratio.median <= target),
    `${ratios(ours)}; ${others}: ${ratios(rest)}`,
  ]
}

export function renderTarget<Row extends Pick<LoadRow, 'renders' | 'mostInFrame'>>(
  ours: readonly Row[],
  rest: readonly Row[],
  others = 'others',
): Verdict {
  const renders = (rows: readonly Row[]) => each(rows, ({ renders }) => figure(renders.median, 0))
  return [
    'at most one render a frame',
    ours.every(({ mostInFrame }) => mostInFrame <= 1),
    `${renders(ours)} renders; ${others}: ${renders(rest)}`,
  ]
}

/** The verdicts for every load. */
export function loadVerdicts(rows: readonly LoadRow[]): Verdict[] {
  const ours = rows.filter(ofOurs)
  const rest = rows.filter((row) => ofOthers(row) && lossless(row))
  return [
    ['no message is lost', ours.every(lossless), 'callback and value have all messages'],
    renderTarget(ours, rest, 'others that lose nothing'),
  ]
}

/** Compares the CPU time with the raw loop. `sharing` compares only contenders with one socket. */
export function cpuVerdict(rows: readonly LoadRow[], target: number, sharing = false): Verdict {
  const rest = rows.filter((row) => ofOthers(row) && lossless(row) && !(sharing && row.sockets > 1))
  const others = `others that ${sharing ? 'share and ' : ''}lose nothing`
  return cpuTarget(target, 'raw', rows.filter(ofOurs), rest, others)
}

/** The most bytes of an idle hook, in the order of `tautline`: React and Vue. */
const IDLE_BYTES = [1000, 1200] as const

export function heapVerdict(rows: readonly HeapRow[]): Verdict {
  const kilobytes = (some: readonly HeapRow[]) => each(some, ({ idle }) => figure(idle.median / 1000, 2))
  const isLow = ({ contender, idle }: HeapRow) =>
    idle.median <= (IDLE_BYTES[tautline.indexOf(contender)] ?? Number.NaN)
  return [
    `an idle hook at most ${IDLE_BYTES.map((bytes) => bytes / 1000).join(' and ')} kB`,
    rows.filter(ofOurs).every(isLow),
    `${kilobytes(rows.filter(ofOurs))} kB; others: ${kilobytes(rows.filter(ofOthers))} kB`,
  ]
}
