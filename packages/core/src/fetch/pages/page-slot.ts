import { EntryObserver } from '../observer/entry-observer.ts'
import type { AnyFetchOptions } from '../options.ts'
import type { FetchSnapshot, ResponseHead } from '../types.ts'
import type { PageRequest } from './page-request.ts'
import type { TrackedPagesField } from './types.ts'

/** The fields of a page that re-render only the components that read them. */
export const TRACKED_PAGES_FIELDS = [
  'isFetching',
  'response',
  'failure',
  'attempt',
  'retryAt',
  'waitingFor',
] as const satisfies readonly TrackedPagesField[]

/** One page of a list: an ordinary observer of one request, and the page that links are read from. */
export class PageSlot {
  readonly request: PageRequest
  readonly observer: EntryObserver
  /** The page without optimistic updates, which change no links. */
  page: unknown
  /** The head of its response. */
  response: ResponseHead | undefined
  /** What it was at the last notification. */
  isFetching = false
  /** It has the options that refetch the list automatically. */
  isLeader = false
  /** The page of `initialData`. */
  readonly initialPage: unknown
  readonly #onChange: (slot: PageSlot) => void
  #unsubscribe: (() => void) | undefined
  #hasReported = false

  constructor(
    request: PageRequest,
    options: AnyFetchOptions,
    initialPage: unknown,
    onChange: (slot: PageSlot) => void,
  ) {
    this.request = request
    this.initialPage = initialPage
    this.#onChange = onChange
    this.observer = new EntryObserver(request.url, { ...options, initialData: initialPage }, true)
    for (const field of TRACKED_PAGES_FIELDS) this.observer.track(field)
  }

  get isSubscribed(): boolean {
    return this.#unsubscribe !== undefined
  }

  /** The user to whom the page belongs. Undefined until it is known. */
  get requester(): string | undefined {
    return this.observer.entry?.requester
  }

  subscribe(): void {
    this.#unsubscribe ??= this.observer.subscribe(() => this.#onChange(this))
  }

  unsubscribe(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
    this.isFetching = false
  }

  /** Reports an error of the functions that read its links. */
  reportOnce(report: () => void): void {
    if (!this.#hasReported) report()
    this.#hasReported = true
  }

  setOptions(url: PageRequest['url'], options: AnyFetchOptions): void {
    this.observer.setOptions(url, { ...options, initialData: this.initialPage })
  }

  read(): FetchSnapshot<unknown> {
    const snapshot = this.observer.currentSnapshot()
    const { decoded } = this.observer
    if (snapshot.data !== undefined) this.page = decoded ? decoded.serverValue : snapshot.data
    this.response = snapshot.response
    return snapshot
  }
}
