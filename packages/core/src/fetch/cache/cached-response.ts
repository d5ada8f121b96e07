import { isArrayBuffer } from '../../shared/brand.ts'
import type { BodyCodec, WireData } from '../../shared/codec.ts'
import { TautlineError, isTautlineError } from '../../shared/errors.ts'
import { type DecodedData, createDecodedData, hasPendingUpdates, setServerValue } from './optimistic-data.ts'
import type { ResponseHead } from '../types.ts'
import {
  type Freshness,
  type FreshnessOptions,
  INVALIDATED,
  computeFreshness,
  staleAtFor,
} from './freshness.ts'
import type { RawResponse, Timing } from '../request/send-request.ts'
import { decodeBody } from '../../http/body.ts'

/** Shared by all responses without decoded data. */
const NONE: readonly never[] = []

/** The cached response of an entry: its body and what each codec has decoded from it. */
export class CachedResponse {
  /**
   * The head of the response that brought the data, with the headers of later 304 responses. Undefined before the first,
   * though there may be initial data.
   */
  response: ResponseHead | undefined
  /** The same head without the headers of later responses: one object for each response that brought data. */
  origin: ResponseHead | undefined
  freshness: Freshness | undefined
  /** The size of the body, in bytes. */
  bytes = 0
  /** No codec could decode it. The next request must bypass the browser's HTTP cache. */
  isUndecodable = false
  /** The raw body. Undefined after JSON was parsed, since it can be serialized again. */
  #raw: WireData | undefined
  #decoded: readonly DecodedData[] = NONE
  /** What was decoded to find out whether the response is complete. */
  #decodedOnArrival: RawResponse['decoded']
  /** It was invalidated during a write, and is refetched once all writes have ended. */
  isRefetchDeferred = false

  /** Whether there are data to show. */
  get exists(): boolean {
    return this.freshness !== undefined
  }

  /** Whether it is fresh for an observer with these options. */
  isFresh(now: number, options: FreshnessOptions): boolean {
    return this.freshness !== undefined && now < staleAtFor(this.freshness, options)
  }

  /** Until when a new observer may show it, in ms since the epoch. */
  shownUntil(options: FreshnessOptions): number {
    const { staleWhileRevalidate = Number.POSITIVE_INFINITY } = options
    return this.freshness && !this.isUndecodable
      ? staleAtFor(this.freshness, options) + staleWhileRevalidate
      : 0
  }

  /**
   * Returns the data that this codec has decoded, once per response. Undefined before the first response.
   *
   * @param previous the data that the observer shows, of which equal parts keep their identity. They are still shown if
   *   decoding fails. Undefined if they belong to another user: two users share no object
   */
  decodedBy(codec: BodyCodec | undefined, previous?: DecodedData): DecodedData | undefined {
    const known = this.#decoded.find((decoded) => decoded.codec === codec)
    if (known || !this.response) return known
    const decoded = createDecodedData(codec, previous?.committedValue)
    setServerValue(decoded, () => this.#read(codec))
    this.#add(decoded)
    return decoded
  }

  /**
   * Sets data to show before the first response: initial data or an optimistic update.
   *
   * @param receivedAt from when `maxAge` counts; undefined: the data are stale
   */
  setInitialData(codec: BodyCodec | undefined, data: unknown, receivedAt?: number): DecodedData {
    const decoded = createDecodedData(codec, data)
    this.#add(decoded)
    this.freshness ??= { ...INVALIDATED, receivedAt, isStorable: true }
    return decoded
  }

  /** @param usedCodecs the codecs of the current observers; data decoded by other codecs are removed */
  setResponse(response: RawResponse & Timing, usedCodecs: ReadonlySet<BodyCodec | undefined>): void {
    const { status, url, headers, raw, size } = response
    const isSame = raw !== undefined && isSameBody(this.#raw, raw)
    this.#decodedOnArrival = isSame ? undefined : response.decoded
    this.response = this.origin = Object.freeze({ status, url, headers })
    this.#raw = raw
    this.bytes = size
    const freshness = computeFreshness(headers, response)
    // Partial content must not be stored as a whole response (RFC 9111, section 3.3).
    this.freshness = status === 206 ? { ...freshness, isStorable: false } : freshness
    this.#decoded = this.#decoded.filter(({ codec }) => usedCodecs.has(codec))
    for (const decoded of this.#decoded) {
      const { codec, readBy, error, serverValue } = decoded
      decoded.readBy = codec
      // The same bytes read by the same codec are the same object, also if it is no plain one.
      const isKnown = isSame && readBy === codec && !error
      setServerValue(decoded, () =>
        isKnown ? serverValue : raw === undefined ? undefined : this.#read(codec),
      )
    }
  }

  /** Adds decoded data, without `push`: it reserves memory for more elements, but most entries have one codec. */
  #add(decoded: DecodedData): void {
    this.#decoded = this.#decoded.concat(decoded)
  }

  /** Removes data decoded by unused codecs. Parsed JSON stays, since other codecs need it instead of the raw body. */
  retainDecoded(getUsed: () => ReadonlySet<DecodedData | undefined>): void {
    if (this.#decoded.length < 2) return
    const used = getUsed()
    this.#decoded = this.#decoded.filter((decoded) => used.has(decoded) || decoded.codec === undefined)
  }

  /** Marks the response as stale and not storable if no codec could decode it. */
  dropIfUndecodable(): void {
    this.isUndecodable = this.#decoded.length > 0 && this.#decoded.every(({ error }) => error)
    if (this.isUndecodable) this.freshness = { ...INVALIDATED, isStorable: false }
  }

  /** Whether a response has the same entity tag: it changes nothing, as a 304 (RFC 9110, section 8.8.3.2). */
  hasSameTag(headers: Headers): boolean {
    const [name, tag] = this.validator(true) ?? []
    return name !== undefined && tag === headers.get('etag')
  }

  /** Updates the headers and freshness after a response that brings no data, such as a 304 (RFC 9111, section 3.2). */
  markRevalidated({ headers, ...timing }: Pick<RawResponse, 'headers'> & Timing): void {
    const merged = new Headers(this.response?.headers)
    // The stored body depends on some headers. Age and Date belong to one message.
    const updates = [...headers].filter(([name]) => !/^content-(encoding|length|range|type)$/.test(name))
    for (const [name] of [...updates, ['age'], ['date']] as const) merged.delete(name)
    for (const [name, value] of updates) merged.append(name, value)
    if (this.response) this.response = Object.freeze({ ...this.response, headers: merged })
    this.freshness = computeFreshness(merged, timing)
  }

  /** Marks the response as stale. It is shown while it is revalidated. */
  invalidate(): void {
    if (this.freshness) this.freshness = { ...INVALIDATED, isStorable: this.freshness.isStorable }
  }

  /** Whether a write with an optimistic update has not ended. */
  get hasPendingUpdates(): boolean {
    return this.#decoded.some(hasPendingUpdates)
  }

  /** Returns a conditional header, by which the server can respond with 304 (RFC 9110, section 13.1). */
  validator(isCrossOrigin: boolean): readonly [name: string, value: string] | undefined {
    // After an optimistic update the data are not the server's response any more.
    const isChanged = this.#decoded.some(
      ({ committedValue, serverValue, updates }) =>
        updates.length > 0 || !Object.is(committedValue, serverValue),
    )
    if (!this.freshness?.isStorable || isChanged) return undefined
    const etag = this.response?.headers.get('etag')
    if (etag) return ['if-none-match', etag]
    // Cross-origin, scripts may read Last-Modified, but If-Modified-Since needs permission by CORS.
    const modified = isCrossOrigin ? undefined : this.response?.headers.get('last-modified')
    return modified ? ['if-modified-since', modified] : undefined
  }

  /** Removes the response and all decoded data. */
  drop(): void {
    this.response = this.origin = this.freshness = this.#raw = this.#decodedOnArrival = undefined
    this.bytes = 0
    this.isUndecodable = false
    this.#decoded = NONE
  }

  #read(codec: BodyCodec | undefined): unknown {
    const raw = this.#raw ?? this.#serialize()
    if (raw === undefined) return undefined
    const headers = this.response?.headers ?? new Headers()
    try {
      const known = this.#decodedOnArrival
      const isKnown = known?.codec === codec && known !== undefined
      const value = isKnown ? known.value : decodeBody(raw, headers, codec)
      if (isKnown) this.#decodedOnArrival = undefined
      if (!codec && value !== raw) this.#raw = undefined
      return value
    } catch (cause) {
      if (isTautlineError(cause, 'decode')) throw cause
      throw new TautlineError('decode', 'The codec failed: see `thrown`', { raw }, cause)
    }
  }

  /** Serializes parsed JSON again. Keeping the text would double the memory, and a second codec is rare. */
  #serialize(): string | undefined {
    const parsed = this.#decoded.find(({ codec }) => codec === undefined)
    return parsed?.serverValue === undefined ? undefined : JSON.stringify(parsed.serverValue)
  }
}

/** Whether two bodies have the same bytes. */
const isSameBody = (one: WireData | undefined, other: WireData): boolean =>
  one === other ||
  (isArrayBuffer(one) && isArrayBuffer(other) && isSameBytes(new Uint8Array(one), new Uint8Array(other)))

const isSameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
