import { trimWhitespace } from './header-values.ts'

/** Matches the three forms of an HTTP-date, in lower case: IMF-fixdate, RFC 850 and asctime (RFC 9110, section 5.6.7). */
const HTTP_DATE =
  /^(?:(?=.*t$)(?:(?:mon|tue|wed|thu|fri|sat|sun), (\d\d) ([a-z]{3}) (\d{4})|(?:mon|tues|wednes|thurs|fri|satur|sun)day, (\d\d)-([a-z]{3})-(\d\d))|(?=.*\d$)(?:mon|tue|wed|thu|fri|sat|sun) ([a-z]{3}) ([ \d]\d)) (\S{8}) (?:gmt|(\d{4}))$/

const MONTHS = 'jan01feb02mar03apr04may05jun06jul07aug08sep09oct10nov11dec12'

/**
 * Parses `Retry-After` (RFC 9110, section 10.2.3), which has seconds or an HTTP-date. Returns the delay from now, in
 * ms; undefined if the value is not valid.
 *
 * @param now the wall clock, in ms since the epoch
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = trimWhitespace(value ?? '')
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = parseHttpDate(text, now)
  return at === undefined ? undefined : Math.max(0, at - now)
}

/**
 * Parses an HTTP-date in any case (RFC 9111, section 4.2). Returns ms since the epoch; undefined if it is not valid.
 *
 * @param now decides the century of a year with two digits: the date is at most 50 years in the future
 */
export function parseHttpDate(value: string | null, now: number): number | undefined {
  const match = HTTP_DATE.exec(trimWhitespace(value ?? '').toLowerCase())
  if (!match) return undefined
  const [, day, month, year, day2, month2, shortYear, month3, day3, time = '', year3] = match
  const monthAt = MONTHS.indexOf(month ?? month2 ?? month3 ?? '') + 3
  const dayOfMonth = (day ?? day2 ?? day3 ?? '').replace(' ', '0')
  // `Date` knows no leap second.
  const rest = `-${MONTHS.slice(monthAt, monthAt + 2)}-${dayOfMonth}T${time.replace(/60$/, '59')}`
  // oxlint-disable-next-line no-restricted-globals -- parses a text; does not read the clock
  const date = new Date(now)
  date.setUTCFullYear(date.getUTCFullYear() + 50)
  const latest = date.toISOString()
  const century = Number(latest.slice(0, 2))
  const recent = `${century}${shortYear}${rest}`
  const text = `${year ?? year3 ?? (recent > latest ? century - 1 : century) + (shortYear ?? '')}${rest}`
  // oxlint-disable-next-line no-restricted-globals -- as above
  const at = new Date(`${text}Z`)
  // If it is another date than written, that date does not exist.
  return at.toJSON()?.startsWith(text) ? at.getTime() : undefined
}
