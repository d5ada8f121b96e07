import type { Timing } from '../request/send-request.ts'
import { isToken } from '../../http/request-options.ts'
import { splitList, unquote } from '../../http/header-values.ts'
import { parseHttpDate } from '../../http/http-date.ts'

/** Until when a cached response may be used, in ms since the epoch. */
export interface Freshness {
  /** Before this time the response is fresh by its headers: no request is sent (RFC 9111, section 4.2). */
  readonly staleAt: number
  /** When it arrived, from which the option `maxAge` counts. Undefined: whatever `maxAge`, the response is stale. */
  readonly receivedAt: number | undefined
  /** Before this time the response is shown instead of an error (RFC 5861, section 4). */
  readonly staleIfErrorUntil: number
  /** False for `no-store` and `Vary: *`: new observers do not get the response. */
  readonly isStorable: boolean
}

/** The caching options of an observer, in ms. Each observer applies its own. */
export interface FreshnessOptions {
  /** How long a response is fresh, whatever its headers. */
  readonly maxAge?: number | undefined
  /** How long a stale response is shown while it is revalidated. */
  readonly staleWhileRevalidate?: number | undefined
}

/** The freshness after an invalidation: the response must be revalidated, whatever the options. */
export const INVALIDATED: Omit<Freshness, 'isStorable'> = {
  staleAt: 0,
  receivedAt: undefined,
  staleIfErrorUntil: 0,
}

/** When a response becomes stale for an observer. */
export const staleAtFor = ({ staleAt, receivedAt }: Freshness, { maxAge }: FreshnessOptions): number =>
  maxAge === undefined || receivedAt === undefined ? staleAt : receivedAt + maxAge

/**
 * Parses `Cache-Control` into lower-case directives (RFC 9111, section 5.2). The first of two equal names applies. In a
 * member with a syntax error every name applies, without a value: so the response is never fresh by mistake.
 */
export function parseCacheControl(value: string | null): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const member of splitList(value)) {
    const valid = /^([^\s;="]+)(?:=(?:([^\s;="]+)|"((?:\\.|[^"\\])*)"))?$/.exec(member)
    for (const [, name = '', plain = '', quoted] of valid ? [valid] : member.matchAll(/([^\s;="]+)/g)) {
      const key = name.toLowerCase()
      if (!directives.has(key)) directives.set(key, quoted === undefined ? plain : unquote(quoted))
    }
  }
  return directives
}

/** Parses seconds into ms: an invalid value is 0 (RFC 9111, section 4.2.1), a large one 2^31 s (section 1.2.2). */
function parseDeltaSeconds(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds), 2 ** 31) * 1000 : 0
}

/** The age of a response on arrival, in ms (RFC 9111, section 4.2.3). */
export function initialAgeMs(headers: Headers, { requestedAt, receivedAt }: Timing): number {
  const date = parseHttpDate(headers.get('date'), receivedAt)
  const apparentAge = date === undefined ? 0 : Math.max(0, receivedAt - date)
  // Of a list the first member applies; an invalid age is ignored (RFC 9111, section 5.1).
  const [age] = splitList(headers.get('age'))
  const ageValue = parseDeltaSeconds(age) ?? 0
  return Math.max(apparentAge, ageValue + Math.max(0, receivedAt - requestedAt))
}

/** The lifetime by headers, in ms; 0 without any. No heuristic lifetime (RFC 9111, section 4.2.2). */
function freshnessLifetimeMs(headers: Headers, directives: ReadonlyMap<string, string>, receivedAt: number) {
  if (directives.has('no-cache')) return 0
  const maxAge = parseDeltaSeconds(directives.get('max-age'))
  const expires = headers.get('expires')
  if (maxAge !== undefined || expires === null) return maxAge ?? 0
  // An invalid date, such as 0, means already expired (RFC 9111, section 5.3).
  const expiresAt = parseHttpDate(expires, receivedAt) ?? 0
  return Math.max(0, expiresAt - (parseHttpDate(headers.get('date'), receivedAt) ?? receivedAt))
}

/** Computes how long a private cache may use a response by its headers (RFC 9111). */
export function computeFreshness(headers: Headers, timing: Timing): Freshness {
  const directives = parseCacheControl(headers.get('cache-control'))
  const { receivedAt } = timing
  const lifetimeMs = freshnessLifetimeMs(headers, directives, receivedAt)
  // A lifetime counts from when the server made the response.
  const staleAt = receivedAt + Math.max(0, lifetimeMs - initialAgeMs(headers, timing))
  const isRevalidationRequired = directives.has('must-revalidate') || directives.has('no-cache')
  const staleIfErrorMs = isRevalidationRequired ? 0 : parseDeltaSeconds(directives.get('stale-if-error'))
  return {
    staleAt,
    receivedAt,
    staleIfErrorUntil: staleAt + (staleIfErrorMs ?? 0),
    isStorable: !directives.has('no-store') && parseVary(headers.get('vary')) !== undefined,
  }
}

/** Parses `Vary` into lower-case header names (RFC 9110, section 12.5.5). Undefined for `*` and invalid values. */
export function parseVary(vary: string | null): readonly string[] | undefined {
  const known = splitList(vary).map((name) => name.toLowerCase())
  return known.every((name) => name !== '*' && isToken(name)) ? known : undefined
}
