import type { Attempt } from './connection.ts'
import { isTautlineError } from './errors.ts'
import { withoutQuery } from './fetch-desk.ts'
import type { FetchEntry } from './fetch-entry.ts'
import type { Exchange } from './fetch-exchange.ts'
import { renew } from './fetch-renewal.ts'
import { type Described, type Lead, describe, idempotencyKeyOf } from './fetch-request.ts'
import type { FetchAnswer } from './fetch/request.ts'
import { methodOf } from './http-options.ts'
import type { MaybePromise } from './types.ts'

/** By so many keys it is remembered what their answers vary by. */
const VARYING = 1000

/** What each attempt of an entry sends. Nothing is changed by asking: the attempt may be over by the time that it is known. */
export function describer(
  entry: FetchEntry,
  exchange: () => Exchange,
): (attempt: Attempt) => MaybePromise<Described> {
  const { environment } = entry.desk
  // The same for every try.
  let { prepared } = entry
  let idempotencyKey = prepared?.idempotencyKey
  entry.prepared = undefined
  return (attempt) => {
    const first = prepared
    prepared = undefined
    if (first) return first
    const lead = renewing(entry.lead(), exchange(), attempt, environment.now())
    idempotencyKey ??= idempotencyKeyOf(lead.options, environment)
    return describe(lead, attempt, environment, idempotencyKey)
  }
}

/** This is what is sent now: by the way it becomes known by what its answer is known. The entry may turn out to be another one. */
export function admit(entry: FetchEntry, described: Described, attempt: number): void {
  entry.href = described.url.href
  if (entry.naming === 'open' && hasMoved(entry, described)) return
  makeConditional(entry, described, attempt)
}

/** After a 401 the function of the headers is asked once for all who were refused alike. */
function renewing(lead: Lead, exchange: Exchange, { previous }: Attempt, now: number): Lead {
  const { headers } = lead.options
  const { refused } = exchange
  if (typeof headers !== 'function' || !refused || !isTautlineError(previous, 'http')) return lead
  if (previous.detail.status !== 401) return lead
  return { ...lead, options: { ...lead.options, headers: renew(headers, refused, now) } }
}

/** The server may say that nothing has changed (RFC 9110, section 13); without a validator of ours the browser's own cache may have one. */
function makeConditional(entry: FetchEntry, described: Described, attempt: number): void {
  const { url, headers, init } = described
  const { kept, desk } = entry
  // A browser's own cache does not tell one `Authorization` from another; and what it has of a user who is gone is not wanted.
  const fresh = headers.has('authorization')
    ? 'no-store'
    : desk.wasCleared || kept.isUnread
      ? 'reload'
      : undefined
  init.cache = fresh ?? 'default'
  if (!kept.exists || !entry.isSafe) return
  described.isConditional = true
  if (headers.has('if-none-match')) return
  const isElsewhere = isForeign(entry, url.href)
  // Another origin may forbid the header, which looks like a failure of the network: the retry does without.
  const validator = entry.foreign || (isElsewhere && attempt > 0) ? undefined : kept.validator(isElsewhere)
  if (validator) headers.set(...validator)
  else init.cache = fresh ?? 'no-cache'
}

/** What functions have said makes it one of those that are known, or the first of its name. */
function hasMoved(entry: FetchEntry, described: Described): boolean {
  const { headers } = described
  const base = described.key()
  if (base === undefined) return false
  entry.base = base
  entry.sent = headers
  const full = nameOf(entry, base, headers)
  if (full === entry.key) return false
  const known = entry.desk.store.get(full)
  if (known) {
    entry.moveTo(known, described)
    return true
  }
  entry.foreign = entry.kept.exists
  rename(entry, full)
  return false
}

function nameOf({ desk }: FetchEntry, base: string, headers: Headers): string {
  const names = desk.vary.get(base) ?? []
  return [base, ...names.map((name) => headers.get(name))].join('\n')
}

function rename(entry: FetchEntry, key: string): void {
  const { store } = entry.desk
  store.release(entry, false)
  entry.key = key
  if (entry.ports.size > 0) store.hold(entry)
}

/** Those that are not ours, and not part of every key. */
const isGiven = (name: string): boolean =>
  !/^(accept|content-type|authorization|if-none-match|if-modified-since|idempotency-key)$/.test(name)

/** What another origin says of `Vary` a page may seldom read: then it may be any header. */
function isForeign({ desk }: FetchEntry, href: string): boolean {
  const { baseUrl } = desk.environment
  return baseUrl !== undefined && new URL(href).origin !== new URL(baseUrl).origin
}

/** The server has said by which headers its answers differ (RFC 9111, section 4.1). Headers that no function gives are part of every key. */
export function keyVaried(entry: FetchEntry): void {
  const { naming, base, sent, kept, desk } = entry
  if (naming !== 'open' || base === undefined || !sent) return
  const names = kept.varies ?? (isForeign(entry, entry.href) ? Array.from(sent.keys()).filter(isGiven) : [])
  if (names.length === 0) return
  if (desk.vary.size >= VARYING) desk.vary.clear()
  desk.vary.set(base, names)
  const full = nameOf(entry, base, sent)
  if (full !== entry.key && !desk.store.get(full)) rename(entry, full)
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
