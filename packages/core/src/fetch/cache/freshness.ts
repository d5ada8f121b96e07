import type { Timing } from '../request/send-request.ts'
import { isToken } from '../../http/request-options.ts'
import { parseHttpDate } from '../../http/http-date.ts'

/** Until when a kept answer may be used, in ms since the epoch. */
export interface Freshness {
  /** Fresh until then: no request is made for it (RFC 9111, section 4.2). */
  readonly staleAt: number
  /** Who comes later may see it until then, while it is validated (RFC 5861, section 3). */
  readonly staleWhileRevalidateUntil: number
  /** It stands in for an answer that failed until then (RFC 5861, section 4). */
  readonly staleIfErrorUntil: number
  /** False for `no-store` and `Vary: *`: it is not kept for who comes later. */
  readonly isStorable: boolean
}

/** What the page itself wishes, in ms. */
export interface FreshnessOptions {
  /** The lifetime, whatever the server says of it. */
  readonly maxAge?: number | undefined
  readonly staleWhileRevalidate?: number | undefined
}

/** What was made useless by a change: it has to be validated before anybody else sees it. */
export const INVALIDATED: Freshness = {
  staleAt: 0,
  staleWhileRevalidateUntil: 0,
  staleIfErrorUntil: 0,
  isStorable: true,
}

/**
 * The directives of `Cache-Control`, in lower case (RFC 9111, section 5.2). One that is there twice counts as it was first written.
 */
export function parseCacheControl(value: string | null): ReadonlyMap<string, string> {
  const directives = new Map<string, string>()
  for (const [, name = '', quoted, plain] of (value ?? '').matchAll(
    /([^\s,;="]+)(?:\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,;"]*)))?/g,
  )) {
    const key = name.toLowerCase()
    if (!directives.has(key)) directives.set(key, quoted ?? plain ?? '')
  }
  return directives
}

/** Seconds in, ms out. What is no number is stale (RFC 9111, section 4.2.1); what is too large is for ever (section 1.2.2). */
function parseDeltaSeconds(seconds: string | undefined): number | undefined {
  if (seconds === undefined) return undefined
  return /^\d+$/.test(seconds) ? Math.min(Number(seconds), 2 ** 31) * 1000 : 0
}

/** How old an answer was when it came, in ms (RFC 9111, section 4.2.3). */
export function initialAgeMs(headers: Headers, { requestedAt, receivedAt }: Timing): number {
  const date = parseHttpDate(headers.get('date'))
  const apparentAge = date === undefined ? 0 : Math.max(0, receivedAt - date)
  const ageValue = parseDeltaSeconds(headers.get('age')?.trim() || undefined) ?? 0
  return Math.max(apparentAge, ageValue + Math.max(0, receivedAt - requestedAt))
}

/** How long it stays fresh, in ms; undefined where the server says nothing. A guess (RFC 9111, section 4.2.2) is not made. */
function freshnessLifetimeMs(headers: Headers, directives: ReadonlyMap<string, string>, receivedAt: number) {
  if (directives.has('no-cache')) return 0
  const maxAge = parseDeltaSeconds(directives.get('max-age'))
  const expires = headers.get('expires')
  if (maxAge !== undefined || expires === null) return maxAge
  // Garbage, such as the usual 0, means that it is past (RFC 9111, section 5.3).
  const expiresAt = parseHttpDate(expires) ?? 0
  return Math.max(0, expiresAt - (parseHttpDate(headers.get('date')) ?? receivedAt))
}

/**
 * Works out how long an answer may be used, as a private cache does (RFC 9111).
 * Where the server is silent, it is stale at once, but may be shown while it is validated for as long as the page wishes.
 */
export function computeFreshness(
  headers: Headers,
  timing: Timing,
  options: FreshnessOptions = {},
): Freshness {
  const directives = parseCacheControl(headers.get('cache-control'))
  const { receivedAt } = timing
  const lifetimeMs = freshnessLifetimeMs(headers, directives, receivedAt)
  // The page's own wish counts from now; the server's from when it made the answer.
  const staleAt =
    options.maxAge === undefined
      ? receivedAt + Math.max(0, (lifetimeMs ?? 0) - initialAgeMs(headers, timing))
      : receivedAt + options.maxAge
  const isRevalidationRequired =
    directives.has('must-revalidate') || (directives.has('no-cache') && options.maxAge === undefined)
  const defaultWindowMs = lifetimeMs === undefined ? Number.POSITIVE_INFINITY : 0
  const windowMs =
    options.staleWhileRevalidate ??
    parseDeltaSeconds(directives.get('stale-while-revalidate')) ??
    defaultWindowMs
  return {
    staleAt,
    staleWhileRevalidateUntil: isRevalidationRequired ? staleAt : staleAt + windowMs,
    staleIfErrorUntil: isRevalidationRequired
      ? staleAt
      : staleAt + (parseDeltaSeconds(directives.get('stale-if-error')) ?? 0),
    isStorable: !directives.has('no-store') && parseVary(headers.get('vary')) !== undefined,
  }
}

/** What an answer varies by, in lower case (RFC 9110, section 12.5.5); undefined for `*`, and for what cannot be read. */
export function parseVary(vary: string | null): readonly string[] | undefined {
  const names = (vary ?? '').toLowerCase().split(',')
  const known = names.map((name) => name.trim()).filter(Boolean)
  return known.every((name) => name !== '*' && isToken(name)) ? known : undefined
}
