import { isTautlineError } from '../../shared/errors.ts'
import type { Asked, FetchPort, StoredEntry, EntryExchange } from './types.ts'
import { isSameName, isSameSource, unnamedKey } from '../request/request-key.ts'
import { namesIn } from './freshness.ts'
import { hasUserKey, isCredential, isIgnoredHeader } from '../../http/request-options.ts'

/** Stands for the same as what was asked: what functions say to this one, they say to that one too. */
const isAlike = (one: Asked, asked: Asked | undefined): boolean =>
  asked !== undefined &&
  isSameName(one.name, asked.name) &&
  (one === asked.by || one.by === asked.by || isSameSource(one, asked))

/**
 * Takes those who ask alike to the entry by which their response is known. The request goes along, unless a response is there or on its way.
 * Others, who may be other users, stay, and ask for themselves.
 *
 * @returns where what is sent now belongs; undefined: it need not be sent
 */
export function moveAlike(
  entry: StoredEntry,
  exchange: EntryExchange,
  other: StoredEntry,
): StoredEntry | undefined {
  const { asked } = exchange
  const group = [...entry.ports].filter((port) => isAlike(port, asked))
  entry.exchange = undefined
  const isAwaited = other.waiters.join(entry.waiters, ({ lead }) => isAlike(lead, asked))
  const goesAlong = isAwaited ? other.supersede() : group.length > 0 && !other.exchange && other.isDue
  if (goesAlong) other.adopt(exchange)
  else exchange.abort()
  for (const port of group) bring(port, entry, other)
  if (exchange.refused && entry.ports.size === 0) entry.isRetired = true
  goOn(entry)
  other.settle()
  other.tell(false)
  return goesAlong ? other : undefined
}

function bring(port: FetchPort, entry: StoredEntry, other: StoredEntry): void {
  if (!entry.ports.delete(port)) return
  if (entry.ports.size === 0) entry.desk.attend(-1)
  const { gaveUp } = port
  port.moveTo(other)
  port.gaveUp = gaveUp
}

/** Whoever is left behind has no request any more, and may want one. */
function goOn(entry: StoredEntry): void {
  if (entry.waiters.size > 0) entry.ask(entry.waiters.lead)
  for (const port of entry.ports) entry.want(port)
  entry.settle()
  entry.tell(false)
  entry.rest()
}

/**
 * A response that depends on headers which are no part of its key (RFC 9111, section 4.1) belongs to the hook that has asked for it alone. All others
 * ask for themselves, now and from then on.
 */
export function separate(
  entry: StoredEntry,
  { asked }: EntryExchange,
  vary: string | null | undefined,
): void {
  const { options, by } = asked ?? entry.lead()
  const isApart = (name: string) =>
    // A `key` is the user's own word on whose credentials are whose.
    isIgnoredHeader(name, options) && !(hasUserKey(options) && isCredential(name))
  // `Vary: *` never matches another request.
  const isForAll = vary ? namesIn(vary)?.some(isApart) === false : true
  if (entry.identity === undefined || isForAll) return
  entry.desk.unshare(entry.identity)
  if (entry.naming === 'private') return
  entry.naming = 'private'
  entry.owner = by
  entry.rename(unnamedKey())
  for (const port of new Set([...entry.ports, ...entry.waiters.ports])) {
    if (port === by) continue
    const own = entry.sibling(entry.identity, entry.who ?? '', false)
    own.owner = port
    own.waiters.join(entry.waiters, (waiter) => waiter.port === port)
    bring(port, entry, own)
    if (own.waiters.size > 0) own.askAnew(true, own.waiters.lead)
  }
}

/** What the response depends on that is told of by an error. */
export const varyOf = (error: Error | undefined): string | null | undefined =>
  isTautlineError(error, 'http') ? error.detail.headers?.get('vary') : undefined
