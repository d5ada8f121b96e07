import { type MaybeRefOrGetter, type ShallowRef, shallowRef } from 'vue'
import { type ResultKind, type SelectOptions, RefSource } from './lazy-refs.ts'

/** What a hook uses of its observer. */
interface HookObserver<Shown> {
  addListener(listener: () => void): () => void
  currentSnapshot(): Shown
  track(field: never): void
}

/** What the result of a hook with one observer shows. It subscribes to the observer while the hook is active. */
export class ObservedRefs<
  Shown extends object,
  Observer extends HookObserver<Shown>,
> extends RefSource<Observer> {
  /** The snapshot of the last notification. */
  readonly notified: ShallowRef<Shown>
  /** While Vue hydrates a page: what the server rendered, which the first render has to show. */
  protected server: Shown | undefined
  #unsubscribe: (() => void) | undefined

  /** @param first the snapshot before the first notification */
  constructor(
    kind: ResultKind<Observer>,
    observer: Observer,
    options: MaybeRefOrGetter<SelectOptions>,
    first: Shown,
  ) {
    super(kind, observer, options)
    this.notified = shallowRef(first)
  }

  protected current(): Shown {
    return this.notified.value
  }

  /** Shows the newest snapshot. An arrow function: observers call it without `this`. */
  readonly update = (): void => {
    this.server = undefined
    this.notified.value = this.observer.currentSnapshot()
  }

  start(): void {
    if (this.#unsubscribe) return
    this.#unsubscribe = this.observer.addListener(this.update)
    this.update()
  }

  stop(): void {
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }
}

/**
 * The same for requests. Notifications only trigger updates: the values are read from the observer, which always has the
 * newest state.
 */
export class RequestRefs<Shown extends object, Observer extends HookObserver<Shown>> extends ObservedRefs<
  Shown,
  Observer
> {
  constructor(
    kind: ResultKind<Observer>,
    observer: Observer,
    options: MaybeRefOrGetter<SelectOptions>,
    server: Shown | undefined,
  ) {
    super(kind, observer, options, server ?? observer.currentSnapshot())
    this.server = server
  }

  protected override current(): Shown {
    const notified = super.current()
    return notified === this.server ? notified : this.observer.currentSnapshot()
  }
}
