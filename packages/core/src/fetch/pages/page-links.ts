import { findLink } from './link-header.ts'
import type { PageLinkOption } from './types.ts'

/**
 * Pages by number: the parameter `name` is `start` for the first request of the list, and one more for each next page.
 * Also for `previous`, where it ends at page 1, or at 0 if the list starts there.
 *
 * @param options `start`: the number of the page that the URL of the list requests, by default 1. `hasMore` tells
 * whether there is a page after this one, by default if the page, or an array in it, is not empty
 *
 * @example
 * useFetchPages('/api/users', { codec: json(Users), next: pageNumber('page') })
 */
export function pageNumber<Page = unknown>(
  name: string,
  options: { readonly start?: number | undefined; readonly hasMore?: (page: Page) => boolean } = {},
): PageLinkOption<Page> {
  const { start = 1, hasMore = hasItems } = options
  return (page, { index, direction }) => {
    const number = start + index + (direction === 'next' ? 1 : -1)
    const exists = direction === 'next' ? hasMore(page) : number >= Math.min(start, 1)
    return exists ? { [name]: number } : undefined
  }
}

const hasItems = (page: unknown): boolean =>
  Array.isArray(page)
    ? page.length > 0
    : Object.values(Object(page)).some((value) => Array.isArray(value) && value.length > 0)

/**
 * Pages by cursor: the parameter `name` is the cursor that `read` returns. Null, undefined and '' end the list.
 *
 * @example
 * useFetchPages('/api/users', { codec: json(Users), next: cursor('after', (page) => page.nextCursor) })
 */
export function cursor<Page = unknown>(
  name: string,
  read: (page: Page) => string | number | bigint | null | undefined,
): PageLinkOption<Page> {
  return (page) => {
    const value = read(page)
    return value === '' || value === null || value === undefined ? undefined : { [name]: value }
  }
}

/**
 * Pages by the `Link` header of the response (RFC 8288). For another origin, the server has to allow scripts to read it:
 * `Access-Control-Expose-Headers: Link`.
 *
 * @param rel the relation type, such as 'next' or 'prev'
 *
 * @example
 * useFetchPages('https://api.github.com/repos/vuejs/core/issues', { next: linkHeader('next') })
 */
export function linkHeader(rel: string): PageLinkOption<unknown> {
  return (_, { response }) => findLink(response?.headers.get('link'), rel)
}
