import { type Column, type Verdict, each, figure, range, share, tableOf } from '../report.ts'
import type { RefetchRow, BaseRow, MountRow } from './cases.ts'
import type { FetchContender } from './contenders.ts'

/** The targets: a share of the best other's CPU time, and bytes of one hook. */
const CPU = 0.8
const HEAP = 1600

interface AnyRow {
  readonly contender: FetchContender
}
type Timed = Pick<MountRow, 'contender' | 'cpu' | 'ofFramework' | 'ofAny'>

const own = ({ contender }: AnyRow): boolean => contender.ours === true
const other = (row: AnyRow): boolean => !own(row)

const title: Column<AnyRow> = ['', ({ contender }) => contender.title]
const by: Column<Pick<MountRow, 'contender'>> = ['by', ({ contender }) => contender.value]
const ofFramework: Column<Timed> = ['of the best other in its framework', (row) => range(row.ofFramework, 2)]
const ofAny: Column<Timed> = ['of the best other', (row) => range(row.ofAny, 2)]
const requests: Column<{ requests: number }> = ['requests', ({ requests }) => figure(requests, 0)]
const renders: Column<Pick<MountRow, 'renders'>> = ['renders', ({ renders }) => figure(renders.median, 2)]

const mountColumns: readonly Column<MountRow>[] = [
  title,
  by,
  requests,
  renders,
  ['CPU, ms', ({ cpu }) => range(cpu, 1)],
  ofFramework,
  ofAny,
  ['bytes of one', ({ heap }) => range(heap, 0)],
]
export const mountTable = (rows: readonly MountRow[]): string => tableOf(rows, mountColumns)

const heapOf: Column<BaseRow> = ['bytes of one', ({ heap }) => (heap ? range(heap, 0) : '')]
/** The table of the baselines, with this number of digits for CPU time, and with the heap if it was measured. */
export function baseTable(bases: readonly BaseRow[], digits: number): string {
  const columns: readonly Column<BaseRow>[] = [
    ['', ({ title }) => title],
    ['by', ({ by }) => by],
    ['CPU, ms', ({ cpu }) => range(cpu, digits)],
  ]
  return tableOf(bases, bases.some(({ heap }) => heap) ? [...columns, heapOf] : columns)
}

const againColumns: readonly Column<RefetchRow>[] = [
  title,
  by,
  ['requests', ({ requests }) => figure(requests, 2)],
  ['304 responses', ({ unchanged }) => share(unchanged)],
  ['bytes on the connection', ({ bytes }) => figure(bytes.median, 0)],
  renders,
  ['CPU, ms', ({ cpu }) => range(cpu, 2)],
  ofFramework,
  ofAny,
]
export const againTable = (rows: readonly RefetchRow[]): string => tableOf(rows, againColumns)

/** Compares the CPU time with the best of the others. */
export function fasterVerdicts(rows: readonly Timed[]): Verdict[] {
  const verdict = (of: 'ofFramework' | 'ofAny', scope: string): Verdict => {
    const ratios = (some: readonly Timed[]) => each(some, (row) => figure(row[of].median, 2))
    return [
      `CPU at most ${figure(CPU, 2)} of the best other${scope}`,
      rows.filter(own).every((row) => row[of].median <= CPU),
      `${ratios(rows.filter(own))}; others: ${ratios(rows.filter(other))}`,
    ]
  }
  return [verdict('ofFramework', ' in its framework'), verdict('ofAny', '')]
}

export function requestVerdict(rows: readonly MountRow[], most: number): Verdict {
  const counts = (some: readonly MountRow[]) => each(some, ({ requests }) => `${requests}`)
  return [
    `one request for each URL: ${most}`,
    rows.filter(own).every(({ requests }) => requests === most),
    `${counts(rows.filter(own))}; others: ${counts(rows.filter(other))}`,
  ]
}

export function holdVerdict(rows: readonly MountRow[]): Verdict {
  const kilobytes = (some: readonly MountRow[]) => each(some, ({ heap }) => figure(heap.median / 1000, 2))
  return [
    `one at most ${figure(HEAP / 1000, 1)} kB`,
    rows.filter(own).every(({ heap }) => heap.median <= HEAP),
    `${kilobytes(rows.filter(own))} kB; others: ${kilobytes(rows.filter(other))} kB`,
  ]
}

export function againVerdict(rows: readonly RefetchRow[]): Verdict {
  const renders = (some: readonly RefetchRow[]) => each(some, ({ renders }) => figure(renders.median, 2))
  return [
    'an unchanged response renders nothing',
    rows.filter(own).every(({ renders }) => renders.most === 0),
    `${renders(rows.filter(own))} renders; others: ${renders(rows.filter(other))}`,
  ]
}
