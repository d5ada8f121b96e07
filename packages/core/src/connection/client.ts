import { iterate } from './async-iterator.ts'
import type { AnyOptions } from '../observer/base-observer.ts'
import type { View } from './connection-observer.ts'
import type { Told } from '../observer/event-listeners.ts'
import type { Driver } from './protocol.ts'
import type { Observer } from './types.ts'
import type { UrlOption } from '../shared/attempt.ts'

/** An observer without a framework: nobody else owns it, so what was opened by hand is held until it is closed by hand. */
export function clientOf<Incoming, Of extends Observer<Incoming, unknown>>(
  observer: Of & Observer<Incoming, unknown>,
): Of & AsyncIterable<Incoming> {
  let letGo: (() => void) | undefined
  const hold = () => (letGo ??= observer.subscribe(() => {}))
  return {
    ...observer,
    open() {
      hold()
      observer.open()
    },
    reconnect() {
      hold()
      observer.reconnect()
    },
    close(code, reason) {
      observer.close(code, reason)
      const stop = letGo
      letGo = undefined
      // In a handler the close is said after it, and is to be heard.
      queueMicrotask(() => stop?.())
    },
    [Symbol.asyncIterator]: () => iterate(observer),
  }
}

/** The methods of a view as functions, which keep their identity and need no `this`. */
export function observerOf<Incoming, Data, Raw, Options extends AnyOptions, Own extends Driver<Raw>>(
  view: View<Raw, Options, Own>,
): Observer<Incoming, Data> & { setOptions(url: UrlOption, options?: object): void } {
  const observer = {
    subscribe: (listener: () => void) => view.subscribe(listener),
    getSnapshot: () => view.getSnapshot(),
    getServerSnapshot: () => view.getServerSnapshot(),
    setOptions: (url: UrlOption, options?: object) => view.setOptions(url, (options ?? {}) as Options), // every option may be missing
    preview: (url: UrlOption, options: object) => view.preview(url, options as Options), // every option may be missing
    on: (type: string, listener: Told) => view.on(type, listener),
    watch: (field: string) => view.watch(field),
    open: () => view.revive('open'),
    close: (code?: number, reason?: string) => view.close(code, reason),
    reconnect: () => view.revive('reconnect'),
  }
  // What a message is, the view does not know; whoever made the view does.
  return observer as unknown as ReturnType<typeof observerOf<Incoming, Data, Raw, Options, Own>>
}
