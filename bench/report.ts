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

export function loadTable(lines: readonly LoadLine[]): string {
  const head = [
    '',
    'value',
    'CPU, µs a message',
    'of raw',
    'callback saw',
    'value saw',
    'renders',
    'most in a frame',
    'sockets',
  ]
  const rows = lines.map((line) => [
    line.contender.title,
    line.contender.value,
    figure(line.cpu.median, 2),
    range(line.ratio, 2),
    share(line.heard),
    share(line.folded),
    figure(line.renders.median, 0),
    figure(line.mostInFrame, 0),
    `${line.sockets}`,
  ])
  return table(head, rows, 2)
}

export function heapTable(lines: readonly HeapLine[]): string {
  const rows = lines.map(({ contender, idle, shared }) => [
    contender.title,
    contender.idle ?? '',
    range(idle, 0),
    shared ? range(shared, 0) : '',
  ])
  return table(['', 'idle by', 'bytes of an idle hook', 'bytes of one on a shared URL'], rows, 2)
}

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
const ratios = (lines: readonly LoadLine[]): string => each(lines, ({ ratio }) => figure(ratio.median, 2))

/** What holds for every load. */
export function loadVerdicts(lines: readonly LoadLine[]): Verdict[] {
  const ours = lines.filter(ofOurs)
  const rest = lines.filter((line) => ofOthers(line) && lossless(line))
  const renders = (some: readonly LoadLine[]) => each(some, ({ renders }) => figure(renders.median, 0))
  return [
    ['no message is lost', ours.every(lossless), 'callback and fold saw all'],
    [
      'at most one render a frame',
      ours.every(({ mostInFrame }) => mostInFrame <= 1),
      `${renders(ours)} renders; others that lose nothing: ${renders(rest)}`,
    ],
  ]
}

/** CPU against the raw loop; `sharing`: only those that have one socket as well are compared. */
export function cpuVerdict(lines: readonly LoadLine[], target: number, sharing = false): Verdict {
  const ours = lines.filter(ofOurs)
  const rest = lines.filter((line) => ofOthers(line) && lossless(line) && !(sharing && line.sockets > 1))
  return [
    `CPU at most ${target.toFixed(2)} of raw`,
    ours.every(({ ratio }) => ratio.median <= target),
    `${ratios(ours)}; others that ${sharing ? 'share and ' : ''}lose nothing: ${ratios(rest)}`,
  ]
}

export function heapVerdict(lines: readonly HeapLine[], target: number): Verdict {
  const kilobytes = (some: readonly HeapLine[]) => each(some, ({ idle }) => figure(idle.median / 1000, 2))
  return [
    `an idle hook at most ${target / 1000} kB`,
    lines.filter(ofOurs).every(({ idle }) => idle.median <= target),
    `${kilobytes(lines.filter(ofOurs))} kB; others: ${kilobytes(lines.filter(ofOthers))} kB`,
  ]
}
