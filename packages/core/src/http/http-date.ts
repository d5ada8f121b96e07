/** Matches the day name that starts an HTTP-date (RFC 9110, section 5.6.7). `Date.parse` accepts almost any text. */
const DAY_NAME = /^(mon|tue(s)?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,? /i

/** Matches the `asctime` form of an HTTP-date, which ends in the year and lacks "GMT". */
const ENDS_IN_YEAR = / \d{4}$/

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3), which has seconds or an HTTP-date. Returns the delay from now, in
 * ms; undefined if the value is not valid.
 *
 * @param now the wall clock, in ms since the epoch
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = parseHttpDate(text)
  return at === undefined ? undefined : Math.max(0, at - now)
}

/** Parses an HTTP-date (RFC 9110, section 5.6.7). Returns ms since the epoch; undefined if the value is not valid. */
export function parseHttpDate(value: string | null): number | undefined {
  const text = value?.trim() ?? ''
  if (!DAY_NAME.test(text)) return undefined
  // oxlint-disable-next-line no-restricted-globals -- parses a text; does not read the clock
  const at = Date.parse(ENDS_IN_YEAR.test(text) ? `${text} GMT` : text)
  return Number.isNaN(at) ? undefined : at
}
