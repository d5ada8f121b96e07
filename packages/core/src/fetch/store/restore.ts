import { CachedResponse } from '../cache/cached-response.ts'
import type { ObserverSource, StoredEntry } from '../cache/types.ts'
import type { FetchCache } from '../options.ts'
import type { StoredBody, StoredHead } from './stored-response.ts'

/** Returns the source of a stored response, by which `invalidate` and log-outs find it. */
export function sourceOf({ source, key }: StoredHead, cache: FetchCache | undefined): ObserverSource {
  const { url, href, baseUrl, tags, key: userKey, providerKey } = source
  const [method = 'GET'] = key.split(/[^A-Z]/, 1)
  return { url: url ?? href, options: { baseUrl, tags, key: userKey, providerKey, method, cache } }
}

/**
 * Puts a stored response into an entry that has none.
 *
 * @param onUndecodable called if a codec cannot read the response: it is requested again, as if it were not stored
 * @returns false if the stored content is invalid
 */
export function fillEntry(
  entry: StoredEntry,
  { status, url, headers, size, requestedAt, receivedAt, isStale, source }: StoredHead,
  raw: StoredBody,
  onUndecodable: () => void,
): boolean {
  const { cached, context } = entry
  try {
    const response = { status, url, headers: new Headers(headers.map(([...pair]) => pair)), raw, size }
    // That of the class: the method of the instance would store it again.
    CachedResponse.prototype.setResponse.call(cached, { ...response, requestedAt, receivedAt }, new Set())
  } catch {
    cached.drop()
    return false
  }
  entry.href ||= source.href
  // A response from the future: the clock was set back, so its age is unknown.
  if (isStale || receivedAt > context.environment.now()) CachedResponse.prototype.invalidate.call(cached)
  const { origin, decodedBy } = cached
  cached.decodedBy = (...given) => {
    const decoded = decodedBy.apply(cached, given)
    if (!decoded?.error || cached.origin !== origin) return decoded
    CachedResponse.prototype.drop.call(cached)
    onUndecodable()
    queueMicrotask(() => {
      for (const observer of entry.observers) entry.fetchIfNeeded(observer)
    })
    return undefined
  }
  return true
}

/** Shows the response of a filled entry in its observers. A request that it makes unnecessary is aborted. */
export function takeFilled(entry: StoredEntry): void {
  const { observers, pending, cached } = entry
  for (const observer of observers) {
    cached.decodedBy(observer.options.codec)
    observer.maySeeCached = entry.mayBeShown(observer.options)
  }
  const isWanted = pending.size > 0 || [...observers].some(({ options }) => entry.needsFetch(options))
  if (!isWanted) entry.abort()
  entry.notifyObservers(true)
}
