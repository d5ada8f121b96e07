import type { HeapLine, LoadLine } from './cases.ts'
import { others, tautline } from './contenders.ts'
import { table } from './results.ts'
import type { Spread } from './statistics.ts'

const figure = (value: number, digits: number): string => (Number.isNaN(value) ? '' : value.toFixed(digits))
const range = ({ median, least, most }: Spread, digits: number): string =>
  `${figure(median, digits)} (${figure(least, digits)} to ${figure(most, digits)})`
const share = (part: number): string => (part >= 1 ? 'all' : `${figure(part * 100, part < 0.01 ? 2 : 1)} %`)

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

export interface Measured {
  readonly burst?: readonly LoadLine[]
  readonly fifty?: readonly LoadLine[]
  readonly heap?: readonly HeapLine[]
}

/** The targets, and whether they are reached. */
export function verdicts({ burst = [], fifty = [], heap = [] }: Measured): string {
  const ours = <Line extends LoadLine | HeapLine>(lines: readonly Line[]) =>
    lines.filter(({ contender }) => tautline.includes(contender))
  const rest = <Line extends LoadLine | HeapLine>(lines: readonly Line[]) =>
    lines.filter(({ contender }) => others.includes(contender))
  const lossless = ({ heard, folded }: LoadLine) => heard >= 1 && folded >= 1
  const both = [...ours(burst), ...ours(fifty)]
  const ratios = (lines: readonly LoadLine[]) => each(lines, ({ ratio }) => figure(ratio.median, 2))
  const sharing = rest(fifty).filter((line) => lossless(line) && line.sockets === 1)
  const rows = [
    verdict('No message is lost', both.every(lossless), 'callback and fold saw all'),
    verdict(
      'At most one render a frame',
      both.every(({ mostInFrame }) => mostInFrame <= 1),
      `${each(ours(burst), ({ renders }) => figure(renders.median, 0))} renders; others that lose nothing: ` +
        each(rest(burst).filter(lossless), ({ renders }) => figure(renders.median, 0)),
    ),
    verdict(
      'CPU of one component at most 1.15 of raw',
      ours(burst).every(({ ratio }) => ratio.median <= 1.15),
      `${ratios(ours(burst))}; others that lose nothing: ${ratios(rest(burst).filter(lossless))}`,
    ),
    verdict(
      'CPU of 50 on one URL at most 0.10 of 50 raw sockets',
      ours(fifty).every(({ ratio }) => ratio.median <= 0.1),
      `${ratios(ours(fifty))}; others that share and lose nothing: ${ratios(sharing)}`,
    ),
    verdict(
      'An idle hook at most 1.5 kB',
      ours(heap).every(({ idle }) => idle.median <= 1500),
      `${each(ours(heap), ({ idle }) => figure(idle.median / 1000, 2))} kB; others: ` +
        `${each(rest(heap), ({ idle }) => figure(idle.median / 1000, 2))} kB`,
    ),
  ]
  return table(
    ['target', 'reached', 'figures (React, Vue; then the others in the order of the tables)'],
    rows,
    3,
  )
}

const each = <Line>(lines: readonly Line[], say: (line: Line) => string): string => lines.map(say).join(', ')
const verdict = (target: string, reached: boolean, figures: string): string[] => [
  target,
  reached ? 'yes' : '**no**',
  figures,
]
