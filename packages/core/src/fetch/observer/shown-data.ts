import type { StoredEntry } from '../cache/types.ts'
import { type Cell, createCell } from '../cache/optimistic-data.ts'
import { Folding } from './reduced-data.ts'
import type { KeptAnswer } from '../cache/cached-response.ts'
import { FetchListeners } from './listeners.ts'
import type { AnyFetchOptions } from '../options.ts'
import { hasUserKey } from '../../http/request-options.ts'
import { mayBeSame, whoOf } from '../request/request-key.ts'
import { tellMessage } from '../../observer/event-listeners.ts'

/** What stays on the screen while another `Authorization`, or another header, is asked with: a copy, which others neither see nor change. */
interface Held extends Pick<KeptAnswer, 'response' | 'freshness'> {
  readonly cell: Cell
  /** Whose data it is. */
  readonly who: string
}

/** What stays on the screen while another destination is asked. */
interface Previous {
  readonly data: unknown
  /** Whose data it is. */
  readonly who: string
  /** It is not known yet whether the same user asks. */
  readonly isHidden: boolean
}

export const holding = ({ codec, value }: Cell, kept: KeptAnswer | undefined, who: string): Held => ({
  cell: createCell(codec, value),
  response: kept?.response,
  freshness: kept?.freshness,
  who,
})

/** The data that one hook shows, and whose it is. */
export abstract class FetchScreen extends FetchListeners {
  abstract readonly entry: StoredEntry | undefined
  sees = false
  /** What it reads of its entry: pinned, since a codec may be written anew in every render. */
  cell: Cell | undefined
  /** What stays until there is a response. */
  held: Held | undefined
  /** Where there is a `reduce`. */
  folding: Folding | undefined
  /** What the last destination had. */
  #previous: Previous | undefined
  /** A final 401 has taken what was shown, and initial data with it. */
  protected isRefused = false

  /** What stays for another destination: nothing of another user. */
  previousFor(options: AnyFetchOptions): Previous | undefined {
    if (!options.keepPreviousData) return undefined
    const { who } = this
    if (!mayBeSame(who, whoOf(options))) return undefined
    const { headers } = options
    // Another function may be another user's, unless `key` says whose it is.
    const isHidden = typeof headers === 'function' && headers !== this.options.headers && !hasUserKey(options)
    return { data: this.shownData, who, isHidden }
  }

  protected leaveFor(options: AnyFetchOptions): void {
    this.#previous = this.previousFor(options)
    this.isRefused = false
  }

  /** Its user has logged out. */
  protected blank(): void {
    this.cell = this.held = this.#previous = undefined
    this.sees = this.isRefused = false
    this.folding = this.options.reduce && new Folding(this.options)
  }

  identified(): void {
    const who = this.entry?.who
    const previous = this.#previous
    if (who === undefined || !previous) return
    this.#previous = previous.who === who ? { ...previous, isHidden: false } : undefined
    this.changed(false)
  }

  refused(): void {
    this.blank()
    this.isRefused = true
  }

  answered(): void {
    const isOurs = this.who === this.entry?.who
    const cell = (this.cell = this.entry?.kept.cell(this.options.codec, this.shownCell, isOurs))
    this.held = undefined
    if (cell?.error) return this.occurred('error', cell.error)
    this.count(this.entry)
    const info = { raw: undefined, headers: this.entry?.kept.response?.headers }
    tellMessage(this.options.onMessage, this.taps, cell?.base, info, this.environment)
  }

  /** Folds what it sees. */
  protected count(entry: StoredEntry | undefined): void {
    const response = entry?.kept.response
    if (!this.options.reduce || !response) return
    const cell = (this.cell ??= entry?.kept.cell(this.options.codec))
    if (!cell || cell.error) return
    this.folding ??= new Folding(this.options)
    this.folding.count(this.options, response, cell.base, this.environment, entry.who)
  }

  protected get initial(): unknown {
    return this.options.reduce || this.isRefused ? undefined : this.options.initialData
  }

  protected get shownData(): unknown {
    const { folding } = this
    const previous = this.#previous?.isHidden ? undefined : this.#previous
    if (folding) return folding.counted || !previous ? folding.data : previous.data
    if (this.shownCell) return this.shownCell.value
    return previous?.data ?? this.initial
  }

  protected get shownCell(): Cell | undefined {
    return this.cell ?? this.held?.cell
  }

  /** Whose data it shows. */
  protected get who(): string {
    const { folding } = this
    const known = folding ? folding.who : this.cell ? this.entry?.who : this.held?.who
    return known ?? this.#previous?.who ?? whoOf(this.options)
  }
}
