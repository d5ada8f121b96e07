import type { StoredEntry, EntryExchange } from './types.ts'
import { makeConditional } from './conditional-request.ts'
import type { Attempt, MaybePromise } from '../../shared/attempt.ts'
import { isTautlineError } from '../../shared/errors.ts'
import { moveAlike } from './rekey.ts'
import { renew } from '../request/credentials.ts'
import { type Described, describe, idempotencyKeyOf } from '../request/prepared-request.ts'
import { type Lead, unnamedKey } from '../request/request-key.ts'

/** What the next attempt of an entry sends. Nothing is changed by asking: the attempt may be over by the time that it is known. */
export function describeFor(
  entry: StoredEntry,
  exchange: EntryExchange,
  attempt: Attempt,
): MaybePromise<Described> {
  const { environment, session } = entry.desk
  const asked = entry.lead()
  exchange.asked = asked
  const lead = renewing(asked, exchange, attempt, entry)
  exchange.idempotencyKey ??= idempotencyKeyOf(lead.options, environment)
  const asker = { owner: session, refused: exchange.refused?.authorization }
  return describe(lead, attempt, environment, exchange.idempotencyKey, asker)
}

/** This is what is sent now. The entry may turn out to be another one: functions may say that another user asks. */
export function admit(
  entry: StoredEntry,
  exchange: EntryExchange,
  described: Described,
  attempt: number,
): void {
  const home = placed(entry, exchange, described)
  if (!home) return
  home.href = described.url.href
  makeConditional(home, described, attempt)
}

/** After a 401 the function of the headers is asked once for all who were refused alike. */
function renewing(
  lead: Lead,
  { refused }: EntryExchange,
  { previous }: Attempt,
  { desk }: StoredEntry,
): Lead {
  const { headers } = lead.options
  if (typeof headers !== 'function' || !refused || !isTautlineError(previous, 'http')) return lead
  if (previous.detail.status !== 401) return lead
  const renewed = renew(headers, refused, desk.environment.now(), desk.session)
  return { ...lead, options: { ...lead.options, headers: renewed } }
}

/** The entry that what is sent belongs to; undefined: it need not be sent, since a response is there or on its way. */
function placed(
  entry: StoredEntry,
  exchange: EntryExchange,
  { key, who, isShareable }: Described,
): StoredEntry | undefined {
  if (entry.identity === key) return entry
  const { desk } = entry
  const isShared = isShareable && entry.naming !== 'private' && desk.shares(key)
  const known = isShared ? desk.store.get(key) : undefined
  // A hook that is elsewhere for a moment may come back to this entry: it belongs to one user for good.
  const isFirst = entry.identity === undefined && !known && !entry.kept.exists
  if (isFirst) {
    entry.identity = key
    entry.who = who
    entry.rename(isShared ? key : unnamedKey())
    for (const port of entry.ports) port.identified()
    return entry
  }
  return moveAlike(entry, exchange, known ?? entry.sibling(key, who, isShared))
}
