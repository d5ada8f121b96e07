import { type Column, type Verdict, each, figure, range, share, tableOf } from '../report.ts'
import type { AgainLine, BaseLine, MountLine } from './cases.ts'
import type { Asker } from './contenders.ts'
import type { SizeLine } from './size.ts'

/** What is wished for: a part of the best other's CPU, bytes of one hook, and of a bundle. */
const CPU = 0.8
const HEAP = 2000
const SIZE = 4500

interface AnyLine {
  readonly asker: Asker
}
type Timed = Pick<MountLine, 'asker' | 'cpu' | 'ofKin' | 'ofAny'>

const own = ({ asker }: AnyLine): boolean => asker.ours === true
const other = (line: AnyLine): boolean => !own(line)

const title: Column<AnyLine> = ['', ({ asker }) => asker.title]
const by: Column<AnyLine> = ['by', ({ asker }) => asker.value]
const ofKin: Column<Timed> = ['of the best other in its framework', (line) => range(line.ofKin, 2)]
const ofAny: Column<Timed> = ['of the best other', (line) => range(line.ofAny, 2)]
const requests: Column<{ requests: number }> = ['requests', ({ requests }) => figure(requests, 0)]
const renders: Column<Pick<MountLine, 'renders'>> = ['renders', ({ renders }) => figure(renders.median, 2)]

const mountColumns: readonly Column<MountLine>[] = [
  title,
  by,
  requests,
  renders,
  ['CPU, ms', ({ cpu }) => range(cpu, 1)],
  ofKin,
  ofAny,
  ['bytes of one', ({ heap }) => range(heap, 0)],
]
export const mountTable = (lines: readonly MountLine[]): string => tableOf(lines, mountColumns)

const heapOf: Column<BaseLine> = ['bytes of one', ({ heap }) => (heap ? range(heap, 0) : '')]
/** What is beneath and within the others, with as many digits of its CPU; with the heap where it was looked at. */
export function baseTable(bases: readonly BaseLine[], digits: number): string {
  const columns: readonly Column<BaseLine>[] = [
    ['', ({ title }) => title],
    ['by', ({ by }) => by],
    ['CPU, ms', ({ cpu }) => range(cpu, digits)],
  ]
  return tableOf(bases, bases.some(({ heap }) => heap) ? [...columns, heapOf] : columns)
}

const againColumns: readonly Column<AgainLine>[] = [
  title,
  by,
  ['requests', ({ requests }) => figure(requests, 2)],
  ['answered by 304', ({ unchanged }) => share(unchanged)],
  ['bytes on the line', ({ bytes }) => figure(bytes.median, 0)],
  renders,
  ['CPU, ms', ({ cpu }) => range(cpu, 2)],
  ofKin,
  ofAny,
]
export const againTable = (lines: readonly AgainLine[]): string => tableOf(lines, againColumns)

const sizeColumns: readonly Column<SizeLine>[] = [
  title,
  ['with', ({ asker }) => `\`${asker.exports.replace(/ from.*/, '')}\``],
  ['minified', ({ minified }) => `${minified}`],
  ['brotli', ({ brotli }) => `${brotli}`],
]
export const sizeTable = (lines: readonly SizeLine[]): string => tableOf(lines, sizeColumns)

/** CPU against the best of the others. */
export function fasterVerdicts(lines: readonly Timed[]): Verdict[] {
  const verdict = (of: 'ofKin' | 'ofAny', whom: string): Verdict => {
    const ratios = (some: readonly Timed[]) => each(some, (line) => figure(line[of].median, 2))
    return [
      `CPU at most ${figure(CPU, 2)} of the best other${whom}`,
      lines.filter(own).every((line) => line[of].median <= CPU),
      `${ratios(lines.filter(own))}; others: ${ratios(lines.filter(other))}`,
    ]
  }
  return [verdict('ofKin', ' in its framework'), verdict('ofAny', '')]
}

export function requestVerdict(lines: readonly MountLine[], most: number): Verdict {
  const counts = (some: readonly MountLine[]) => each(some, ({ requests }) => `${requests}`)
  return [
    `one request for each URL: ${most}`,
    lines.filter(own).every(({ requests }) => requests === most),
    `${counts(lines.filter(own))}; others: ${counts(lines.filter(other))}`,
  ]
}

export function holdVerdict(lines: readonly MountLine[]): Verdict {
  const kilobytes = (some: readonly MountLine[]) => each(some, ({ heap }) => figure(heap.median / 1000, 2))
  return [
    `one at most ${figure(HEAP / 1000, 1)} kB`,
    lines.filter(own).every(({ heap }) => heap.median <= HEAP),
    `${kilobytes(lines.filter(own))} kB; others: ${kilobytes(lines.filter(other))} kB`,
  ]
}

export function againVerdict(lines: readonly AgainLine[]): Verdict {
  const renders = (some: readonly AgainLine[]) => each(some, ({ renders }) => figure(renders.median, 2))
  return [
    'nothing is rendered for what has not changed',
    lines.filter(own).every(({ renders }) => renders.most === 0),
    `${renders(lines.filter(own))} renders; others: ${renders(lines.filter(other))}`,
  ]
}

export function sizeVerdict(lines: readonly SizeLine[]): Verdict {
  const sizes = (some: readonly SizeLine[]) => each(some, ({ brotli }) => figure(brotli / 1000, 2))
  return [
    `at most ${figure(SIZE / 1000, 1)} kB`,
    lines.filter(own).every(({ brotli }) => brotli <= SIZE),
    `${sizes(lines.filter(own))} kB; others: ${sizes(lines.filter(other))} kB`,
  ]
}
