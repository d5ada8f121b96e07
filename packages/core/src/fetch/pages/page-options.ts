import { throwBadOption } from '../../http/request-options.ts'
import { type AnyFetchOptions, isSafe, validateFetchOptions } from '../options.ts'
import type { AnyFetchPagesOptions } from './types.ts'

/**
 * Returns the options of a request for one page.
 *
 * @throws TautlineError `bad-option`
 */
export function toRequestOptions(options: AnyFetchPagesOptions): AnyFetchOptions {
  const { next, previous, maxPages, initialData, ...others } = options
  validateFetchOptions(others)
  if (!isSafe(others)) throwBadOption('method', 'must be GET, HEAD or QUERY: a list of pages is read')
  for (const [name, link] of Object.entries({ next, previous }))
    if (link !== undefined && typeof link !== 'function') throwBadOption(name, 'must be a function')
  if (maxPages !== undefined && !(typeof maxPages === 'number' && maxPages >= 1))
    throwBadOption('maxPages', 'must be a number, 1 or more')
  if (initialData !== undefined && !Array.isArray(initialData))
    throwBadOption('initialData', 'must be an array of pages')
  return others
}
