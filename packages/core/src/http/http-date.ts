/** An HTTP-date begins with the name of a day (RFC 9110, section 5.6.7); `Date.parse` alone takes almost anything. */
const DAY_NAME = /^(mon|tue(s)?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,? /i

/** Of the three forms one, that of `asctime`, ends in the year and does not say that it is in UTC. */
const ENDS_IN_YEAR = / \d{4}$/

/**
 * Reads `Retry-After` (RFC 9110, section 10.2.3): seconds or an HTTP-date in, milliseconds from now out; undefined for garbage.
 *
 * @param now the wall clock, in ms since the epoch
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = parseHttpDate(text)
  return at === undefined ? undefined : Math.max(0, at - now)
}

/** An HTTP-date (RFC 9110, section 5.6.7) as ms since the epoch; undefined for garbage. */
export function parseHttpDate(value: string | null): number | undefined {
  const text = value?.trim() ?? ''
  if (!DAY_NAME.test(text)) return undefined
  // oxlint-disable-next-line no-restricted-globals -- reads a text, and no clock
  const at = Date.parse(ENDS_IN_YEAR.test(text) ? `${text} GMT` : text)
  return Number.isNaN(at) ? undefined : at
}
