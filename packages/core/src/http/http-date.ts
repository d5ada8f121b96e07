import { trimWhitespace } from './header-values.ts'

/** Matches the three forms of an HTTP-date, in lower case: IMF-fixdate, RFC 850 and asctime (RFC 9110, section 5.6.7). */
const HTTP_DATE =
  /^(?=mon|tue|wed|thu|fri|sat|sun)(?:..., (\d\d) (...) (\d{4})|[a-z]+day, (\d\d)-(...)-(\d\d)|... (...) ([ \d]\d)(?=.* (\d{4})$)) (\S{8}) (?:gmt|\9)$/

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
  const [, day, month, longYear, day2, month2, shortYear, month3, day3, year3, time = ''] = match
  // oxlint-disable-next-line no-restricted-globals -- parses a text; does not read the clock
  const date = new Date(now)
  const lastYear = date.getUTCFullYear() + 50
  const latest = date.setUTCFullYear(lastYear)
  const year = Number(longYear ?? year3 ?? lastYear - ((lastYear - Number(shortYear)) % 100))
  // `Date` knows no leap second, and takes years below 100 for others. The calendar repeats every 400 years.
  const text = `${(day ?? day2 ?? day3 ?? '').replace(' ', '0')} ${month ?? month2 ?? month3} ${2000 + (year % 400)} ${time.replace(/60$/, '59')} gmt`
  // oxlint-disable-next-line no-restricted-globals -- as above
  const parsed = new Date(text)
  // If it is another date than written, that date does not exist.
  if (!parsed.toUTCString().toLowerCase().endsWith(text)) return undefined
  const at = parsed.setUTCFullYear(year)
  return shortYear && at > latest ? parsed.setUTCFullYear(year - 100) : at
}
