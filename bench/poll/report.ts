import { type Column, type Verdict, figure, range, tableOf } from '../report.ts'
import type { HourRow } from './hour.ts'
import type { IdleRow } from './idle.ts'
import type { TrafficRow } from './traffic.ts'

/** Formats a value with three digits, without an exponent. */
export function rounded(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

const trafficColumns: readonly Column<TrafficRow>[] = [
  ['messages a second', ({ rate }) => `${rate}`],
  ['', ({ transport }) => transport.title],
  ['messages', ({ messages }) => `${messages}`],
  ['requests a message', ({ requests }) => rounded(requests)],
  ['bytes a message', ({ bytes }) => rounded(bytes)],
  ['delay, ms', ({ median }) => figure(median, 0)],
  ['p95, ms', ({ nearlyAll }) => figure(nearlyAll, 0)],
]
export const trafficTable = (rows: readonly TrafficRow[]): string => tableOf(rows, trafficColumns)

/** Always reached, because the case fails otherwise. */
export const orderVerdict: Verdict = [
  'no message is lost, none comes twice, all come in order',
  true,
  'for each of the four transports, at each rate',
]

const idleColumns: readonly Column<IdleRow>[] = [
  ['', ({ idler }) => idler.title],
  ['by', ({ idler }) => idler.how],
  ['bytes of one', ({ heap }) => range(heap, 0)],
  ['timers of one', ({ timers }) => figure(timers.median, 2)],
  ['CPU while all are held, ms a minute', ({ silent }) => range(silent, 0)],
  ['CPU of one request, µs', ({ cycle }) => range(cycle, 0)],
  ['CPU of all, held for 30 s, ms a minute', ({ minute }) => range(minute, 0)],
]
export const idleTable = (rows: readonly IdleRow[]): string => tableOf(rows, idleColumns)

const hourColumns: readonly Column<HourRow>[] = [
  ['', ({ transport }) => transport.title],
  ['a cycle', ({ transport }) => cycles[transport.name]],
  ['bytes to open it', ({ opening }) => (opening === undefined ? '' : `${opening}`)],
  ['bytes of a cycle', ({ cycle }) => figure(cycle, 0)],
  ['requests an hour', ({ requests }) => rounded(requests)],
  ['bytes an hour', ({ bytes }) => rounded(bytes)],
]
export const hourTable = (rows: readonly HourRow[]): string => tableOf(rows, hourColumns)

/** What an idle connection does repeatedly. */
const cycles: Record<HourRow['transport']['name'], string> = {
  long: 'a request that is held for 30 s',
  short: 'a request each second',
  events: 'a comment every 25 s',
  socket: 'a ping and its pong every 25 s',
}
