import type { BodyCodec, WireData } from '../../shared/codec.ts'
import { TautlineError, isTautlineError } from '../../shared/errors.ts'
import { type Cell, createCell, renewCell } from './optimistic-data.ts'
import type { ResponseHead } from '../types.ts'
import { type Freshness, type FreshnessWish, INVALID, freshnessOf } from './freshness.ts'
import type { FetchAnswer, Timing } from '../request/send-request.ts'
import { typeOf, valueOf } from '../../http/body.ts'

/** Most entries of a moment have none. */
const NONE: readonly never[] = []

/** The answer of an entry, as it came and as its codecs read it. */
export class KeptAnswer {
  /** Of the answer that brought the data; undefined: none has, but there may be initial data. */
  response: ResponseHead | undefined
  freshness: Freshness | undefined
  /** Of the body, in bytes. */
  bytes = 0
  /** Nobody could read it: the browser's own cache must not give it again. */
  isUnread = false
  /** Those of the answer, with what a 304 has brought up to date (RFC 9111, section 4.3.4). */
  #headers: Headers | undefined
  /** As it travelled; undefined where JSON has been made of it, which can be written again. */
  #raw: WireData | undefined
  #cells: readonly Cell[] = NONE
  readonly #report: (error: unknown) => void

  /** @param report takes what an update that was made by hand throws on a later answer */
  constructor(report: (error: unknown) => void) {
    this.#report = report
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
   * @param like what the hook shows: what is equal stays the same object
   * @param isOurs what it shows was for the same user: it stays where the response cannot be read
   */
  cell(codec: BodyCodec | undefined, like?: Cell, isOurs = true): Cell | undefined {
    const known = this.#cells.find((cell) => cell.codec === codec)
    if (known || !this.response) return known
    const cell = createCell(codec, like?.base)
    renewCell(cell, () => this.#read(codec), this.#report)
    if (cell.error && !isOurs) cell.value = cell.base = cell.said = undefined
    this.#add(cell)
    return cell
  }

  /** What is shown before there is any answer: initial data, or what was changed by hand. */
  seed(codec: BodyCodec | undefined, data: unknown, now: number, { maxAge = 0 }: FreshnessWish = {}): Cell {
    const cell = createCell(codec, data)
    this.#add(cell)
    const forever = Number.POSITIVE_INFINITY
    this.freshness ??= { staleAt: now + maxAge, shownUntil: forever, errorUntil: 0, kept: true }
    return cell
  }

  /** @param used the codecs that somebody reads with; what others have made of the last answer is forgotten */
  take(answer: FetchAnswer & Timing, wish: FreshnessWish, used: ReadonlySet<BodyCodec | undefined>): void {
    const { status, url, headers, raw, size } = answer
    this.response = Object.freeze({ status, url, headers })
    this.#headers = headers
    this.#raw = raw
    this.bytes = size
    const freshness = freshnessOf(headers, answer, wish)
    // A part is not the whole (RFC 9111, section 3.3).
    this.freshness = status === 206 ? { ...freshness, kept: false } : freshness
    this.#cells = this.#cells.filter(({ codec }) => used.has(codec))
    for (const cell of this.#cells) renewCell(cell, () => this.#read(cell.codec), this.#report)
  }

  /** A list that grows by `push` has room for many, and most have one. */
  #add(cell: Cell): void {
    this.#cells = this.#cells.concat(cell)
  }

  /** Forgets what codecs have made that nobody reads with any more, but for the parsed answer, of which others can be made. */
  keepOnly(of: () => ReadonlySet<Cell | undefined>): void {
    if (this.#cells.length < 2) return
    const used = of()
    this.#cells = this.#cells.filter((cell) => used.has(cell) || cell.codec === undefined)
  }

  /** What nobody could read is asked for whole, and is neither fresh nor kept. */
  refuseUnread(): void {
    this.isUnread = this.#cells.length > 0 && this.#cells.every(({ error }) => error)
    if (this.isUnread) this.freshness = { ...INVALID, kept: false }
  }

  /** The server says that it has not changed. */
  freshen({ headers, ...timing }: Pick<FetchAnswer, 'headers'> & Timing, wish: FreshnessWish): void {
    const all = new Headers(this.#headers)
    // These two are of the message that brought them, and those of the content are not a 304's to say (RFC 9111, section 3.2).
    for (const name of ['age', 'date']) all.delete(name)
    for (const [name, value] of headers) if (!name.startsWith('content-')) all.set(name, value)
    this.#headers = all
    this.freshness = freshnessOf(all, timing, wish)
  }

  /** It has to be validated before anybody else sees it. */
  invalidate(): void {
    if (this.freshness) this.freshness = { ...INVALID, kept: this.freshness.kept }
  }

  /** By what the server can tell whether it has changed (RFC 9110, section 13.1). */
  validator(foreign: boolean): readonly [name: string, value: string] | undefined {
    // What was changed by hand is no answer that the server could confirm.
    const isChanged = this.#cells.some(({ base, said }) => !Object.is(base, said))
    if (!this.freshness?.kept || isChanged) return undefined
    const etag = this.#headers?.get('etag')
    if (etag) return ['if-none-match', etag]
    // It can be read everywhere, but may not be asked for everywhere: to another origin such a header needs permission.
    const modified = foreign ? undefined : this.#headers?.get('last-modified')
    return modified ? ['if-modified-since', modified] : undefined
  }

  /** Forgets it, and what codecs have made of it. */
  drop(): void {
    this.response = this.freshness = this.#headers = this.#raw = undefined
    this.bytes = 0
    this.isUnread = false
    this.#cells = NONE
  }

  #read(codec: BodyCodec | undefined): unknown {
    const raw = this.#raw ?? this.#written()
    if (raw === undefined) return undefined
    const type = typeOf(this.#headers ?? new Headers())
    if (!codec) {
      const value = valueOf(raw, type)
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
  #written(): string | undefined {
    const parsed = this.#cells.find(({ codec }) => codec === undefined)
    return parsed?.said === undefined ? undefined : JSON.stringify(parsed.said)
  }
}
