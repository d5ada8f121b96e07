/**
 * Lets a server respond with 304 to a request that has validators.
 *
 * Express and Koa never do so for `Cache-Control: no-cache`, which `fetch` adds in the cache modes `no-store` and
 * `reload`, and in `default` if the request has a validator (Fetch standard, "HTTP-network-or-cache fetch").
 *
 * @param mayUseBrowserCache the browser's HTTP cache may be used, since it can tell the user apart
 * @param isCrossOrigin the server would have to allow a `Cache-Control` header
 */
export function allowNotModified(
  init: RequestInit,
  headers: Headers,
  mayUseBrowserCache: boolean,
  isCrossOrigin: boolean,
): void {
  if (headers.has('cache-control')) return
  if (!headers.has('if-none-match') && !headers.has('if-modified-since')) return
  if (mayUseBrowserCache) init.cache = 'no-cache'
  else if (!isCrossOrigin) headers.set('cache-control', 'max-age=0')
}

/** Whether a response has the validators that its request sent: it is the known one, even if its status is not 304. */
export function hasSentValidators(request: Headers, response: Headers): boolean {
  const sentTag = opaqueTag(request.get('if-none-match'))
  const sentDate = request.get('if-modified-since')
  const date = response.get('last-modified')
  // nchan repeats its tags: only together with the date do they identify a message.
  const isSameDate = sentDate === null || date === null || sentDate === date
  return sentTag !== undefined && sentTag === opaqueTag(response.get('etag')) && isSameDate
}

/** Returns a tag without its mark of weakness, which is ignored for `If-None-Match` (RFC 9110, section 13.1.2). */
const opaqueTag = (tag: string | null): string | undefined => tag?.replace(/^W\//, '')
