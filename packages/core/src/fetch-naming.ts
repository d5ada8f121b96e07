import type { Attempt } from './connection.ts'
import { isTautlineError } from './errors.ts'
import { withoutQuery } from './fetch-desk.ts'
import type { FetchEntry } from './fetch-entry.ts'
import type { Exchange } from './fetch-exchange.ts'
import { moveAlike } from './fetch-moving.ts'
import { renew } from './fetch-renewal.ts'
import { type Described, type Lead, describe, idempotencyKeyOf, unnamedKey } from './fetch-request.ts'
import type { FetchAnswer } from './fetch/request.ts'
import { methodOf } from './http-options.ts'
import type { MaybePromise } from './types.ts'

/** What the next attempt of an entry sends. Nothing is changed by asking: the attempt may be over by the time that it is known. */
export function describeFor(
  entry: FetchEntry,
  exchange: Exchange,
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
export function admit(entry: FetchEntry, exchange: Exchange, described: Described, attempt: number): void {
  const home = placed(entry, exchange, described)
  if (!home) return
  home.href = described.url.href
  makeConditional(home, described, attempt)
}

/** After a 401 the function of the headers is asked once for all who were refused alike. */
function renewing(lead: Lead, { refused }: Exchange, { previous }: Attempt, { desk }: FetchEntry): Lead {
  const { headers } = lead.options
  if (typeof headers !== 'function' || !refused || !isTautlineError(previous, 'http')) return lead
  if (previous.detail.status !== 401) return lead
  const renewed = renew(headers, refused, desk.environment.now(), desk.session)
  return { ...lead, options: { ...lead.options, headers: renewed } }
}

/** The server may say that nothing has changed (RFC 9110, section 13); without a validator of ours the browser's own cache may have one. */
function makeConditional(entry: FetchEntry, described: Described, attempt: number): void {
  const { url, headers, init, isPersonal } = described
  const { kept, desk } = entry
  // A browser's own cache tells users apart only where `Vary` says so; and what it has of a user who is gone is not wanted.
  const fresh = isPersonal ? 'no-store' : desk.wasCleared || kept.isUnread ? 'reload' : undefined
  init.cache = fresh ?? 'default'
  if (!kept.exists || !entry.isSafe) return
  described.isConditional = true
  if (headers.has('if-none-match')) return
  const { baseUrl } = desk.environment
  const isElsewhere = baseUrl !== undefined && url.origin !== new URL(baseUrl).origin
  // Another origin may forbid the header, which looks like a failure of the network: the retry does without.
  const validator = isElsewhere && attempt > 0 ? undefined : kept.validator(isElsewhere)
  // What depends on headers that may be others each time is asked for whole.
  if (validator && desk.mayConfirm(described.key)) headers.set(...validator)
  else init.cache = fresh ?? 'no-cache'
}

/** The entry that what is sent belongs to; undefined: it need not be sent, since a response is there or on its way. */
function placed(
  entry: FetchEntry,
  exchange: Exchange,
  { key, who, isShareable }: Described,
): FetchEntry | undefined {
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

/** A write that has succeeded makes stale what it names (RFC 9111, section 4.4), and what its user says. */
export function invalidateBehind(
  entry: FetchEntry,
  { url, headers }: Pick<FetchAnswer, 'url' | 'headers'>,
  { options }: Lead,
): void {
  const { desk, href } = entry
  const { origin } = new URL(url)
  const named = ['location', 'content-location'].flatMap((name) => {
    const value = headers.get(name)
    const other = value === null ? undefined : withoutQuery(value, { baseUrl: url })
    return other?.startsWith(`${origin}/`) ? [other] : []
  })
  // Who still shows what was deleted need not be told that it is gone.
  const gone = methodOf(options) === 'DELETE' ? href : undefined
  desk.invalidate([href, ...named, ...(options.invalidates ?? [])], gone)
}
