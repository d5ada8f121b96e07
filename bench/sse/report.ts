import { type Verdict, each, figure, range, share } from '../report.ts'
import { table } from '../results.ts'
import type { HookLine, ReaderLine } from './cases.ts'

/** A frame at 60 Hz with the jitter of a clock, in ms. */
const FRAME = 17
/** Two frames: from here on one is missing. */
const MISSED = 34

const own = ({ contender }: ReaderLine | HookLine): boolean => contender.ours === true
const all = ({ events, length }: ReaderLine | HookLine): boolean => events === 1 && length === 1
/** More than was sent is wrong as well. */
const got = (part: number): string => (part > 1 ? `**${figure(part * 100, 1)} %**` : share(part))
const ratios = (lines: readonly (ReaderLine | HookLine)[]): string =>
  each(lines, ({ ratio }) => figure(ratio.median, 2))

export function readerTable(lines: readonly ReaderLine[]): string {
  const head = ['', 'by', 'CPU, ms', 'of the bare loop', 'wall, ms', 'events', 'characters']
  const rows = lines.map((line) => [
    line.contender.title,
    line.contender.value,
    figure(line.cpu.median, 0),
    range(line.ratio, 2),
    range(line.wall, 0),
    got(line.events),
    got(line.length),
  ])
  return table(head, rows, 2)
}

export function hookTable(lines: readonly HookLine[]): string {
  const head = [
    '',
    'value',
    'CPU, ms',
    'of `EventSource`',
    'events',
    'characters',
    'renders',
    'most in a frame',
  ]
  const rows = lines.map((line) => [
    line.contender.title,
    line.contender.value,
    figure(line.cpu.median, 0),
    range(line.ratio, 2),
    got(line.events),
    got(line.length),
    figure(line.renders.median, 0),
    figure(line.mostInFrame, 0),
  ])
  return table(head, rows, 2)
}

/** Of the gaps between frames, the one that so large a share of them does not exceed. */
const percentile = ({ gaps }: ReaderLine, share: number): number =>
  gaps[Math.ceil(gaps.length * share) - 1] ?? Number.NaN
const missed = ({ gaps }: ReaderLine): number => gaps.filter((gap) => gap > MISSED).length / gaps.length
const rate = ({ gaps }: ReaderLine): number =>
  (1000 * gaps.length) / gaps.reduce((total, gap) => total + gap, 0)

export function frameTable(lines: readonly ReaderLine[]): string {
  const head = [
    '',
    'by',
    'wall, ms',
    'CPU, ms',
    'of the bare loop',
    'frames a second',
    'median gap, ms',
    'p95, ms',
    'longest, ms',
    'over 34 ms',
    'events',
  ]
  const rows = lines.map((line) => [
    line.contender.title,
    line.contender.value,
    figure(line.wall.median, 0),
    figure(line.cpu.median, 0),
    range(line.ratio, 2),
    figure(rate(line), 1),
    figure(percentile(line, 0.5), 1),
    figure(percentile(line, 0.95), 1),
    figure(percentile(line, 1), 1),
    `${figure(missed(line) * 100, 1)} %`,
    got(line.events),
  ])
  return table(head, rows, 2)
}

export function losslessVerdict(lines: readonly (ReaderLine | HookLine)[]): Verdict {
  const losers = lines.filter((line) => !own(line) && !all(line))
  const rest =
    losers.length > 0 ? `lost by ${each(losers, ({ contender }) => contender.title)}` : 'nor by others'
  return ['no event is lost', lines.filter(own).every(all), `events and characters are all there; ${rest}`]
}

/** CPU against the base, which is the first line. */
export function ratioVerdict(
  lines: readonly (ReaderLine | HookLine)[],
  target: number,
  base: string,
): Verdict {
  const ours = lines.filter(own)
  return [
    `CPU at most ${target.toFixed(2)} of ${base}`,
    ours.every(({ ratio }) => ratio.median <= target),
    `${ratios(ours)}; others: ${ratios(lines.slice(1).filter((line) => !own(line)))}`,
  ]
}

export function renderVerdict(lines: readonly HookLine[]): Verdict {
  const renders = (some: readonly HookLine[]) => each(some, ({ renders }) => figure(renders.median, 0))
  const ours = lines.filter(own)
  return [
    'at most one render a frame',
    ours.every(({ mostInFrame }) => mostInFrame <= 1),
    `${renders(ours)} renders; others: ${renders(lines.slice(1).filter((line) => !own(line)))}`,
  ]
}

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
