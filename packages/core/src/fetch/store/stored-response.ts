import type { MaybePromise } from '../../shared/attempt.ts'
import type { CacheLimits } from '../cache/lru-store.ts'
import { isCredentialHeader } from '../../http/request-options.ts'

/** Options of a store, in which a cache keeps responses over reloads. */
export interface FetchStoreOptions extends CacheLimits {
  /** Separates stores of one origin. @default 'tautline' */
  readonly name?: string | undefined
  /**
   * The version of your data. A store that was written with another version is emptied, so change it together with the
   * format of the responses or with a codec. @default ''
   */
  readonly version?: string | undefined
  /** The number of responses. The oldest ones are removed. @default 200 */
  readonly entries?: number | undefined
  /** The total size of their bodies, in bytes. @default 2097152 in localStorage, 16777216 in IndexedDB */
  readonly bytes?: number | undefined
  /** How long after its arrival a response is restored, in ms. @default 604800000, which is a week */
  readonly maxAge?: number | undefined
}

/** What is stored of a response, beside its body. */
export interface StoredHead {
  /** The key of its request, without header values. */
  readonly key: string
  /** Differs for each body, so that a 304 never updates the head of another one. */
  readonly id: string
  readonly requestedAt: number
  readonly receivedAt: number
  /** The size of the body, in bytes. */
  readonly size: number
  /** A write has made it stale, whatever its headers say. */
  readonly isStale: boolean
  readonly status: number
  /** The URL of the response, after redirects. */
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** How the request is named in `invalidate`. */
  readonly source: {
    readonly href: string
    /** The option `url`, unless it was a function. */
    readonly url?: string | undefined
    readonly baseUrl?: string | undefined
    readonly tags?: readonly string[] | undefined
    readonly key?: string | undefined
    readonly providerKey?: string | undefined
  }
}

export type StoredBody = string | ArrayBuffer

/** A response as it is stored: its bytes or text, since another codec may read it later. */
export interface StoredResponse {
  readonly head: StoredHead
  readonly body: StoredBody
}

/**
 * A change of the store: a new response; without a body, a new head for the same body; without a head, the removal of
 * the response.
 */
export interface StoreChange {
  readonly head?: StoredHead
  /** Only if the stored response has this `id`. */
  readonly onlyId?: string
  readonly body?: StoredBody | undefined
}

export interface StoreLimits {
  readonly entries: number
  readonly bytes: number
}

/** Reads and writes the responses of one store. Anything may throw: the page then works as without a store. */
export interface StoreAdapter {
  /** The name of the channel on which the tabs with this store notify each other. */
  readonly channel: string
  /** Returns all responses. Removes them instead if the stored epoch does not begin with `version`. */
  load(version: string, createEpoch: (before?: string) => string): MaybePromise<LoadedStore>
  /** Returns the stored epoch. */
  readEpoch(): MaybePromise<unknown>
  /** Writes, unless the stored epoch is another one. @returns whether it has written */
  write(changes: ReadonlyMap<string, StoreChange>, epoch: string, limits: StoreLimits): MaybePromise<boolean>
  /** Removes the responses whose key matches, and sets the epoch. */
  remove(matches: (key: string) => boolean, epoch: string): MaybePromise<void>
}

/** Which stored responses are removed. Without any field: all. */
export interface Removal {
  /** Those with this option `key`. */
  readonly key?: string | undefined
  /** Those whose URLs start with this. */
  readonly prefix?: string | undefined
}

/** Returns whether a removal concerns the key of a stored response. */
export const matchRemoval =
  ({ key, prefix = '' }: Removal) =>
  (stored: string): boolean => {
    const [, href = '', , , , keys = ''] = stored.split('\n')
    return href.startsWith(prefix) && (key === undefined || mayBelongTo(keys, key))
  }

/** @param keys written by `userKey`. Something else may be anyone's */
function mayBelongTo(keys: string, key: string): boolean {
  try {
    return (JSON.parse(keys) as unknown[]).includes(key)
  } catch {
    return true
  }
}

export interface LoadedStore {
  readonly epoch: string
  readonly responses: readonly StoredResponse[]
}

/** Headers that say how a response is used. */
const STORED_HEADER =
  /^(age|cache-control|content-(language|location|range|type)|date|etag|expires|last-modified|link|vary)$/
/** Headers from which lists read their pages and counts, such as `X-Total-Count` and `X-Next-Cursor`. */
const LIST_HEADER =
  /(?<![a-z])(continuation(-token)?|count|cursor|next|next-page-token|pages?|pagination|total[-_]?(count|items|pages|records)?)$/

/** All others may be secret. */
export const storedHeaders = (headers: Headers): [string, string][] =>
  [...headers].filter(([name]) => STORED_HEADER.test(name) || LIST_HEADER.test(name))

/** Only responses to GET and QUERY are stored. The method is followed by how the response is used. */
export const isStorableKey = (key: string): boolean => /^(GET|QUERY)( bytes)?[\d,]*\n/.test(key)

/** Headers that programs send with all requests, and whose values are not secret. */
const NEGOTIATION_HEADER = /^(accept|accept-language|content-language|content-type|x-requested-with)$/

/** A cache key, in its parts. */
interface ParsedKey {
  readonly requester: string
  /** The key to store the response with; undefined if it must not be stored. */
  readonly stored: string | undefined
  /** The header because of which it must not be stored, although it has a `key`. */
  readonly refusedHeader: string | undefined
}

/**
 * Parses a cache key. It is stored without header values. Only GET and QUERY with a `key` are stored, and none whose
 * headers make a difference that only their values could tell, such as a tenant's name or a token.
 */
export function parseKey(cacheKey: string): ParsedKey {
  const [method = '', href, headers = '', ignored, credentials, user, ...body] = cacheKey.split('\n')
  const requester = [headers, ignored, credentials, user].join('\n')
  const refused = { requester, stored: undefined, refusedHeader: undefined }
  if (!user || !isStorableKey(cacheKey)) return refused
  // The format of `headersKey`.
  const all = (headers ? JSON.parse(headers) : []) as [name: string, value: string][]
  const negotiated = all.filter(([name]) => NEGOTIATION_HEADER.test(name))
  const credential = all.map(([name]) => name).filter(isCredentialHeader)
  const refusedHeader = all.find(([name]) => !NEGOTIATION_HEADER.test(name) && !isCredentialHeader(name))?.[0]
  if (refusedHeader !== undefined) return { ...refused, refusedHeader }
  const kind = negotiated.length > 0 ? digest(JSON.stringify(negotiated)) : ''
  const stored = [method, href, credential.join(','), kind, credentials, user, ...body].join('\n')
  return { ...refused, stored }
}

/** Returns a short digest (FNV-1a, twice), which tells apart values that are not secret. */
function digest(text: string): string {
  let one = 0x811c9dc5
  let other = 0x1b873593
  for (let index = 0; index < text.length; index++) {
    one = Math.imul(one ^ text.charCodeAt(index), 0x01000193)
    other = Math.imul(other ^ text.charCodeAt(index), 0x85ebca6b)
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36)
}

/** Whether stored content has the format of this version of the library. */
export function isStoredHead(content: unknown): content is StoredHead {
  const { key, id, requestedAt, receivedAt, size, status, url, headers, source } = Object(content)
  return (
    [key, id, url, Object(source).href].every((one) => typeof one === 'string') &&
    [requestedAt, receivedAt, size, status].every((one) => typeof one === 'number') &&
    Array.isArray(headers)
  )
}

/** Whether an own change must not replace what another tab has stored: that is newer, and not from the future. */
export const isNewer = (existing: number, next: StoredHead, now: number): boolean =>
  existing > next.receivedAt && existing <= now

/** A stored response, as far as the limits need it. */
export interface StoredSize {
  readonly key: string
  readonly receivedAt: number
  readonly size: number
}

/** Returns the keys of the oldest responses, which have to be removed. */
export function keysBeyond(all: readonly StoredSize[], { entries, bytes }: StoreLimits): string[] {
  const newestFirst = all.toSorted((one, other) => other.receivedAt - one.receivedAt)
  let total = 0
  return newestFirst.flatMap(({ key, size }, index) => {
    total += size
    return index < entries && total <= bytes ? [] : [key]
  })
}
