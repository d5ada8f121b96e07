import { isTautlineError } from '../../shared/errors.ts'
import { followCodecs } from './optimistic-data.ts'
import { isOutage } from '../request/classify-response.ts'
import { separate, varyOf } from './rekey.ts'
import { invalidateBehind } from './invalidation.ts'
import { isSafe } from '../options.ts'
import type { FetchPort, StoredEntry, EntryExchange } from './types.ts'
import type { Lead } from '../request/request-key.ts'
import type { Waiter } from './pending-promises.ts'
import { tellAll } from '../../shared/safe-call.ts'

type Waiting = readonly Waiter<FetchPort, StoredEntry>[]

/** A request has come to its end: the entry takes its response, or its error. */
export function settle(entry: StoredEntry, exchange: EntryExchange, error: Error | undefined): void {
  // Its own options decide to the end.
  const { answer, lead = entry.lead() } = exchange
  entry.exchange = undefined
  entry.settledAt = entry.desk.environment.now()
  separate(entry, exchange, answer ? answer.headers.get('vary') : varyOf(error))
  const waiters = entry.waiters.take()
  try {
    if (answer) take(entry, answer, waiters, lead)
    else if (error) fail(entry, error, waiters, exchange)
    if (answer && exchange.isOutdated) entry.kept.invalidate()
  } catch (cause) {
    // Whatever it is, nobody waits for ever.
    entry.desk.environment.reportError(cause)
    for (const { reject } of waiters) reject(cause)
  }
  entry.settle()
  entry.rest()
  if (answer && !isSafe(lead.options)) invalidateBehind(entry, answer, lead)
}

function take(
  entry: StoredEntry,
  answer: NonNullable<EntryExchange['answer']>,
  waiters: Waiting,
  { options }: Lead,
): void {
  const { kept, ports } = entry
  const isNew = answer.status !== 304
  if (isNew) followCodecs([...ports])
  if (isNew) kept.take(answer, options, new Set([...ports].map((port) => port.options.codec)))
  else kept.freshen(answer, options)
  entry.error = undefined
  for (const port of ports) {
    port.sees = true
    port.gaveUp = false
  }
  if (isNew) tellAll(ports, (port) => port.answered())
  kept.refuseUnread()
  entry.tell(true)
  for (const { port, resolve, reject } of waiters) {
    const cell = kept.cell(port.options.codec)
    if (cell?.error) reject(cell.error)
    else resolve(cell?.base)
  }
}

function fail(entry: StoredEntry, error: Error, waiters: Waiting, exchange: EntryExchange): void {
  const { kept, ports } = entry
  entry.error = error
  const isRefused = isRefusal(error, exchange)
  // What came for these credentials is not for who has lost them.
  if (isRefused) kept.drop()
  entry.isExcused = isOutage(error) && entry.settledAt < (kept.freshness?.errorUntil ?? 0)
  for (const port of ports) {
    port.sees ||= entry.isExcused
    port.gaveUp = false
    if (isRefused) port.refused()
  }
  tellAll(ports, (port) => port.occurred('error', error))
  entry.tell(true)
  for (const { reject } of waiters) reject(error)
}

/** The server does not take the credentials, and there are no others. */
const isRefusal = (error: Error, { refused }: EntryExchange): boolean =>
  isTautlineError(error, 'http')
    ? error.detail.status === 401
    : refused !== undefined && isTautlineError(error, 'provider')
