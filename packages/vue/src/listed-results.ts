import { type ShallowRef, computed, effectScope, getCurrentScope, proxyRefs, shallowRef } from 'vue'
import type { AnyFetchOptions, FetchListSnapshot, PlannedRequest } from '@tautline/core/fetch'
import { FETCH_KIND, FETCH_NAMES, type FetchResult } from './fetch-result.ts'
import { RefSource, lazyRefs } from './lazy-refs.ts'

type Observer = PlannedRequest['observer']

/** The snapshots that a list shows. */
interface Shown {
  /** Of the last notification. */
  readonly notified: { readonly value: FetchListSnapshot | undefined }
  /** While Vue hydrates a page: what the server rendered. */
  server: FetchListSnapshot | undefined
}

/** What the result of one request in a list shows. */
class Row extends RefSource<Observer> {
  readonly options: ShallowRef<AnyFetchOptions>
  readonly #shown: Shown
  // Only a change of this request updates its refs.
  readonly #notified = computed(() => this.#shown.notified.value?.get(this.observer))
  readonly result = proxyRefs(lazyRefs(this, FETCH_NAMES) as FetchResult<unknown, unknown>) // the names are its fields

  constructor(observer: Observer, given: AnyFetchOptions, shown: Shown) {
    const options = shallowRef(given)
    super(FETCH_KIND, observer, options)
    this.options = options
    this.#shown = shown
  }

  protected current() {
    // Notifications only trigger updates. The values are read from the observer, which always has the newest state.
    void this.#notified.value
    return this.#shown.server?.get(this.observer) ?? this.observer.currentSnapshot()
  }

  get thrownError() {
    return this.options.value.throwOnError === true ? this.#notified.value?.error : undefined
  }
}

/** The results of a list of requests. A request that stays in the list keeps its result. */
export class ListedResults {
  readonly #owner = getCurrentScope()
  readonly #notified = shallowRef<FetchListSnapshot>()
  readonly #shown: Shown = { notified: this.#notified, server: undefined }
  readonly #rows = new Map<Observer, Row & { readonly stop: () => void }>()
  readonly #results = shallowRef<readonly Row['result'][]>([])

  get value(): readonly Row['result'][] {
    return this.#results.value
  }

  /** The error of a request that has failed and has `throwOnError`. */
  get thrownError(): unknown {
    // The map of rows is not reactive.
    void this.value
    return [...this.#rows.values()].find(({ thrownError }) => thrownError)?.thrownError
  }

  /** @param server what the server rendered, while Vue hydrates the page */
  update(snapshot: FetchListSnapshot, server?: FetchListSnapshot): void {
    this.#shown.server = server
    this.#notified.value = server ?? snapshot
  }

  /** Sets the options of a plan, before it is applied. */
  setOptions(plan: readonly PlannedRequest[]): void {
    for (const { observer, options } of plan) {
      const row = this.#rows.get(observer)
      if (row) row.options.value = options
      else this.#addRow(observer, options)
    }
  }

  #addRow(observer: Observer, options: AnyFetchOptions): void {
    const create = () => effectScope()
    // It belongs to the hook, and stops before it if the request leaves the list.
    const scope = this.#owner?.run(create) ?? create()
    const row = scope.run(() => new Row(observer, options, this.#shown))
    if (row) this.#rows.set(observer, Object.assign(row, { stop: () => scope.stop() }))
  }

  /** Shows the requests of a plan, after it was applied. */
  show(plan: readonly PlannedRequest[]): void {
    const shown = this.#results.value
    const next = plan.flatMap(({ observer }) => this.#rows.get(observer)?.result ?? [])
    if (next.length !== shown.length || next.some((one, index) => one !== shown[index]))
      this.#results.value = next
    const observers = new Set(plan.map(({ observer }) => observer))
    for (const [observer, { stop }] of this.#rows)
      if (!observers.has(observer)) {
        this.#rows.delete(observer)
        stop()
      }
  }
}
