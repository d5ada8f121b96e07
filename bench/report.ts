import type { HeapLine, LoadLine } from './cases.ts'
import { type Contender, others, tautline } from './contenders.ts'
import { table } from './results.ts'
import type { Spread } from './statistics.ts'

export const figure = (value: number, digits: number): string =>
  Number.isNaN(value) ? '' : value.toFixed(digits)
export const range = ({ median, least, most }: Spread, digits: number): string =>
  `${figure(median, digits)} (${figure(least, digits)} to ${figure(most, digits)})`
export const share = (part: number): string =>
  part >= 1 ? 'all' : `${figure(part * 100, part < 0.01 ? 2 : 1)} %`

/** Of a table: its head, and what stands under it in the line of a contender. */
export type Column<Line> = readonly [head: string, cell: (line: Line) => string]

/** A line for each contender; the first two columns are words. */
export function tableOf<Line>(lines: readonly Line[], columns: readonly Column<Line>[]): string {
  const head = columns.map(([head]) => head)
  const rows = lines.map((line) => columns.map(([, cell]) => cell(line)))
  return table(head, rows, 2)
}

const loadColumns: readonly Column<LoadLine>[] = [
  ['', ({ contender }) => contender.title],
  ['value', ({ contender }) => contender.value],
  ['CPU, µs a message', ({ cpu }) => figure(cpu.median, 2)],
  ['of raw', ({ ratio }) => range(ratio, 2)],
  ['callback saw', ({ heard }) => share(heard)],
  ['value saw', ({ folded }) => share(folded)],
  ['renders', ({ renders }) => figure(renders.median, 0)],
  ['most in a frame', ({ mostInFrame }) => figure(mostInFrame, 0)],
  ['sockets', ({ sockets }) => `${sockets}`],
]
export const loadTable = (lines: readonly LoadLine[]): string => tableOf(lines, loadColumns)

const heapColumns: readonly Column<HeapLine>[] = [
  ['', ({ contender }) => contender.title],
  ['idle by', ({ contender }) => contender.idle ?? ''],
  ['bytes of an idle hook', ({ idle }) => range(idle, 0)],
  ['bytes of one on a shared URL', ({ shared }) => (shared ? range(shared, 0) : '')],
]
export const heapTable = (lines: readonly HeapLine[]): string => tableOf(lines, heapColumns)

/** A target, whether it is reached, and the figures that say so. */
export type Verdict = readonly [target: string, reached: boolean, figures: string]

export function verdictTable(verdicts: readonly Verdict[], ours = 'React, Vue'): string {
  const rows = verdicts.map(([target, reached, figures]) => [target, reached ? 'yes' : '**no**', figures])
  return table(['target', 'reached', `figures: ${ours}; the others in the order of the table`], rows, 3)
}

export const each = <Line>(lines: readonly Line[], say: (line: Line) => string): string =>
  lines.map(say).join(', ')
const ofOurs = ({ contender }: { contender: Contender }): boolean => tautline.includes(contender)
const ofOthers = ({ contender }: { contender: Contender }): boolean => others.includes(contender)
const lossless = ({ heard, folded }: LoadLine): boolean => heard >= 1 && folded >= 1

/** CPU against the base; `others`: with whom it is compared, which `rest` is. */
export function cpuTarget<Line extends Pick<LoadLine, 'ratio'>>(
  target: number,
  base: string,
  ours: readonly Line[],
  rest: readonly Line[],
  others = 'others',
): Verdict {
  const ratios = (lines: readonly Line[]) => each(lines, ({ ratio }) => figure(ratio.median, 2))
  return [
    `CPU at most ${target.toFixed(2)} of ${base}`,
    ours.every(({ ratio }) => ratio.median <= target),
    `${ratios(ours)}; ${others}: ${ratios(rest)}`,
  ]
}

export function renderTarget<Line extends Pick<LoadLine, 'renders' | 'mostInFrame'>>(
  ours: readonly Line[],
  rest: readonly Line[],
  others = 'others',
): Verdict {
  const renders = (lines: readonly Line[]) => each(lines, ({ renders }) => figure(renders.median, 0))
  return [
    'at most one render a frame',
    ours.every(({ mostInFrame }) => mostInFrame <= 1),
    `${renders(ours)} renders; ${others}: ${renders(rest)}`,
  ]
}

/** What holds for every load. */
export function loadVerdicts(lines: readonly LoadLine[]): Verdict[] {
  const ours = lines.filter(ofOurs)
  const rest = lines.filter((line) => ofOthers(line) && lossless(line))
  return [
    ['no message is lost', ours.every(lossless), 'callback and fold saw all'],
    renderTarget(ours, rest, 'others that lose nothing'),
  ]
}

/** CPU against the raw loop; `sharing`: only those that have one socket as well are compared. */
export function cpuVerdict(lines: readonly LoadLine[], target: number, sharing = false): Verdict {
  const rest = lines.filter((line) => ofOthers(line) && lossless(line) && !(sharing && line.sockets > 1))
  const others = `others that ${sharing ? 'share and ' : ''}lose nothing`
  return cpuTarget(target, 'raw', lines.filter(ofOurs), rest, others)
}

export function heapVerdict(lines: readonly HeapLine[], target: number): Verdict {
  const kilobytes = (some: readonly HeapLine[]) => each(some, ({ idle }) => figure(idle.median / 1000, 2))
  return [
    `an idle hook at most ${target / 1000} kB`,
    lines.filter(ofOurs).every(({ idle }) => idle.median <= target),
    `${kilobytes(lines.filter(ofOurs))} kB; others: ${kilobytes(lines.filter(ofOthers))} kB`,
  ]
}
