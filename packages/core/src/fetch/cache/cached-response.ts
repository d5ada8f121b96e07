import type { BodyCodec, WireData } from '../../shared/codec.ts'
import { TautlineError, isTautlineError } from '../../shared/errors.ts'
import { type DecodedData, createDecodedData, setServerValue } from './optimistic-data.ts'
import type { ResponseHead } from '../types.ts'
import { type Freshness, type FreshnessOptions, INVALIDATED, computeFreshness } from './freshness.ts'
import type { RawResponse, Timing } from '../request/send-request.ts'
import { contentTypeOf, parseByContentType } from '../../http/body.ts'

/** Most entries of a moment have none. */
const NONE: readonly never[] = []

/** The answer of an entry, as it came and as its codecs read it. */
export class CachedResponse {
  /** Of the answer that brought the data; undefined: none has, but there may be initial data. */
  response: ResponseHead | undefined
  freshness: Freshness | undefined
  /** Of the body, in bytes. */
  bytes = 0
  /** Nobody could read it: the browser's own cache must not give it again. */
  isUndecodable = false
  /** Those of the answer, with what a 304 has brought up to date (RFC 9111, section 4.3.4). */
  #headers: Headers | undefined
  /** As it travelled; undefined where JSON has been made of it, which can be written again. */
  #raw: WireData | undefined
  #decoded: readonly DecodedData[] = NONE
  readonly #reportError: (error: unknown) => void

  /** @param reportError takes what an update that was made by hand throws on a later answer */
  constructor(reportError: (error: unknown) => void) {
    this.#reportError = reportError
  }

  /** There is something that can be shown. */
  get exists(): boolean {
    return this.freshness !== undefined
  }

  isFresh(now: number): boolean {
    return this.freshness !== undefined && now < this.freshness.staleAt
  }

  /**
   * What this codec makes of it, read once; undefined where there is nothing yet.
   *
   * @param previous what the hook shows: what is equal stays the same object
   * @param isSameRequester what it shows was for the same user: it stays where the response cannot be read
   */
  decodedBy(
    codec: BodyCodec | undefined,
    previous?: DecodedData,
    isSameRequester = true,
  ): DecodedData | undefined {
    const known = this.#decoded.find((decoded) => decoded.codec === codec)
    if (known || !this.response) return known
    const decoded = createDecodedData(codec, previous?.committedValue)
    setServerValue(decoded, () => this.#read(codec), this.#reportError)
    if (decoded.error && !isSameRequester)
      decoded.shownValue = decoded.committedValue = decoded.serverValue = undefined
    this.#add(decoded)
    return decoded
  }

  /** What is shown before there is any answer: initial data, or what was changed by hand. */
  setInitialData(
    codec: BodyCodec | undefined,
    data: unknown,
    now: number,
    { maxAge = 0 }: FreshnessOptions = {},
  ): DecodedData {
    const decoded = createDecodedData(codec, data)
    this.#add(decoded)
    const forever = Number.POSITIVE_INFINITY
    this.freshness ??= {
      staleAt: now + maxAge,
      staleWhileRevalidateUntil: forever,
      staleIfErrorUntil: 0,
      isStorable: true,
    }
    return decoded
  }

  /** @param usedCodecs the codecs that somebody reads with; what others have made of the last answer is forgotten */
  setResponse(
    response: RawResponse & Timing,
    options: FreshnessOptions,
    usedCodecs: ReadonlySet<BodyCodec | undefined>,
  ): void {
    const { status, url, headers, raw, size } = response
    this.response = Object.freeze({ status, url, headers })
    this.#headers = headers
    this.#raw = raw
    this.bytes = size
    const freshness = computeFreshness(headers, response, options)
    // A part is not the whole (RFC 9111, section 3.3).
    this.freshness = status === 206 ? { ...freshness, isStorable: false } : freshness
    this.#decoded = this.#decoded.filter(({ codec }) => usedCodecs.has(codec))
    for (const decoded of this.#decoded)
      setServerValue(decoded, () => this.#read(decoded.codec), this.#reportError)
  }

  /** A list that grows by `push` has room for many, and most have one. */
  #add(decoded: DecodedData): void {
    this.#decoded = this.#decoded.concat(decoded)
  }

  /** Forgets what codecs have made that nobody reads with any more, but for the parsed answer, of which others can be made. */
  retainDecoded(getUsed: () => ReadonlySet<DecodedData | undefined>): void {
    if (this.#decoded.length < 2) return
    const used = getUsed()
    this.#decoded = this.#decoded.filter((decoded) => used.has(decoded) || decoded.codec === undefined)
  }

  /** What nobody could read is asked for whole, and is neither fresh nor kept. */
  dropIfUndecodable(): void {
    this.isUndecodable = this.#decoded.length > 0 && this.#decoded.every(({ error }) => error)
    if (this.isUndecodable) this.freshness = { ...INVALIDATED, isStorable: false }
  }

  /** The server says that it has not changed. */
  markRevalidated(
    { headers, ...timing }: Pick<RawResponse, 'headers'> & Timing,
    options: FreshnessOptions,
  ): void {
    const mergedHeaders = new Headers(this.#headers)
    // These two are of the message that brought them, and those of the content are not a 304's to say (RFC 9111, section 3.2).
    for (const name of ['age', 'date']) mergedHeaders.delete(name)
    for (const [name, value] of headers) if (!name.startsWith('content-')) mergedHeaders.set(name, value)
    this.#headers = mergedHeaders
    this.freshness = computeFreshness(mergedHeaders, timing, options)
  }

  /** It has to be validated before anybody else sees it. */
  invalidate(): void {
    if (this.freshness) this.freshness = { ...INVALIDATED, isStorable: this.freshness.isStorable }
  }

  /** By what the server can tell whether it has changed (RFC 9110, section 13.1). */
  validator(isCrossOrigin: boolean): readonly [name: string, value: string] | undefined {
    // What was changed by hand is no answer that the server could confirm.
    const isChanged = this.#decoded.some(
      ({ committedValue, serverValue }) => !Object.is(committedValue, serverValue),
    )
    if (!this.freshness?.isStorable || isChanged) return undefined
    const etag = this.#headers?.get('etag')
    if (etag) return ['if-none-match', etag]
    // It can be read everywhere, but may not be asked for everywhere: to another origin such a header needs permission.
    const modified = isCrossOrigin ? undefined : this.#headers?.get('last-modified')
    return modified ? ['if-modified-since', modified] : undefined
  }

  /** Forgets it, and what codecs have made of it. */
  drop(): void {
    this.response = this.freshness = this.#headers = this.#raw = undefined
    this.bytes = 0
    this.isUndecodable = false
    this.#decoded = NONE
  }

  #read(codec: BodyCodec | undefined): unknown {
    const raw = this.#raw ?? this.#serialize()
    if (raw === undefined) return undefined
    const type = contentTypeOf(this.#headers ?? new Headers())
    if (!codec) {
      const value = parseByContentType(raw, type)
      if (value !== raw) this.#raw = undefined
      return value
    }
    try {
      return codec.decode(raw)
    } catch (cause) {
      if (isTautlineError(cause, 'decode')) throw cause
      throw new TautlineError('decode', 'The codec threw', { raw }, cause)
    }
  }

  /** JSON that was parsed, as text again: two codecs on one answer are rare, and the text is as long as the answer. */
  #serialize(): string | undefined {
    const parsed = this.#decoded.find(({ codec }) => codec === undefined)
    return parsed?.serverValue === undefined ? undefined : JSON.stringify(parsed.serverValue)
  }
}
