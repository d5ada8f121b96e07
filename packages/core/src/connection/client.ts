import { iterateMessages } from './async-iterator.ts'
import type { AnyOptions } from '../observer/base-observer.ts'
import type { ConnectionObserver } from './connection-observer.ts'
import type { Listener } from '../observer/event-listeners.ts'
import type { ProtocolSession } from './protocol.ts'
import type { Observer, Snapshot } from './types.ts'
import type { UrlOption } from '../shared/attempt.ts'

/** An observer without a framework: nobody else owns it, so what was opened by hand is held until it is closed by hand. */
export function toClient<Incoming, Of extends Observer<Incoming>>(
  observer: Of & Observer<Incoming>,
): Of & AsyncIterable<Incoming> {
  let release: (() => void) | undefined
  const retain = () => (release ??= observer.subscribe(() => {}))
  return {
    ...observer,
    open() {
      retain()
      observer.open()
    },
    reconnect() {
      retain()
      observer.reconnect()
    },
    close(code, reason) {
      observer.close(code, reason)
      const releaseNow = release
      release = undefined
      // In a handler the close is said after it, and is to be heard.
      queueMicrotask(() => releaseNow?.())
    },
    [Symbol.asyncIterator]: () => iterateMessages(observer),
  }
}

/** The methods of a view as functions, which keep their identity and need no `this`. */
export function toPublicObserver<
  Incoming,
  Shown extends Snapshot<unknown>,
  Raw,
  Options extends AnyOptions,
  Own extends ProtocolSession<Raw>,
>(
  observer: ConnectionObserver<Raw, Options, Own>,
): Observer<Incoming, Shown> & { setOptions(url: UrlOption, options?: object): void } {
  const publicObserver = {
    subscribe: observer.subscribe,
    getSnapshot: observer.getSnapshot,
    getServerSnapshot: observer.getServerSnapshot,
    setOptions: (url: UrlOption, options?: object) => observer.setOptions(url, (options ?? {}) as Options), // every option may be missing
    preview: (url: UrlOption, options: object) => observer.preview(url, options as Options), // every option may be missing
    on: (type: string, listener: Listener) => observer.on(type, listener),
    track: (field: string) => observer.track(field),
    open: () => observer.openManually('open'),
    close: (code?: number, reason?: string) => observer.close(code, reason),
    reconnect: () => observer.openManually('reconnect'),
  }
  // What a message is and what a snapshot shows, the view does not know; whoever made the view does.
  return publicObserver as unknown as ReturnType<typeof toPublicObserver<Incoming, Shown, Raw, Options, Own>>
}
