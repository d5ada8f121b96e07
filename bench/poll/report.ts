import { type Column, type Verdict, figure, range, tableOf } from '../report.ts'
import type { HourLine } from './hour.ts'
import type { IdleLine } from './idle.ts'
import type { TrafficLine } from './traffic.ts'

/** To three digits, without an exponent. */
export function rounded(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

const trafficColumns: readonly Column<TrafficLine>[] = [
  ['messages a second', ({ rate }) => `${rate}`],
  ['', ({ way }) => way.title],
  ['messages', ({ messages }) => `${messages}`],
  ['requests a message', ({ requests }) => rounded(requests)],
  ['bytes a message', ({ bytes }) => rounded(bytes)],
  ['delay, ms', ({ median }) => figure(median, 0)],
  ['p95, ms', ({ nearlyAll }) => figure(nearlyAll, 0)],
]
export const trafficTable = (lines: readonly TrafficLine[]): string => tableOf(lines, trafficColumns)

/** The case fails where that is not so. */
export const orderVerdict: Verdict = [
  'no message is lost, none comes twice, all come in order',
  true,
  'by each of the four ways, at each rate',
]

const idleColumns: readonly Column<IdleLine>[] = [
  ['', ({ idler }) => idler.title],
  ['by', ({ idler }) => idler.how],
  ['bytes of one', ({ heap }) => range(heap, 0)],
  ['timers of one', ({ timers }) => figure(timers.median, 2)],
  ['CPU while all are held, ms a minute', ({ silent }) => range(silent, 0)],
  ['CPU of one request, µs', ({ cycle }) => range(cycle, 0)],
  ['CPU of all, held for 30 s, ms a minute', ({ minute }) => range(minute, 0)],
]
export const idleTable = (lines: readonly IdleLine[]): string => tableOf(lines, idleColumns)

const hourColumns: readonly Column<HourLine>[] = [
  ['', ({ way }) => way.title],
  ['a cycle', ({ way }) => cycles[way.name]],
  ['bytes to open it', ({ opening }) => (opening === undefined ? '' : `${opening}`)],
  ['bytes of a cycle', ({ cycle }) => figure(cycle, 0)],
  ['requests an hour', ({ requests }) => rounded(requests)],
  ['bytes an hour', ({ bytes }) => rounded(bytes)],
]
export const hourTable = (lines: readonly HourLine[]): string => tableOf(lines, hourColumns)

/** What an idle line does, over and over. */
const cycles: Record<HourLine['way']['name'], string> = {
  long: 'a request that is held for 30 s',
  short: 'a request each second',
  events: 'a comment every 25 s',
  socket: 'a ping and its pong every 25 s',
}
