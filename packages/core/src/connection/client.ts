import { iterateMessages } from './async-iterator.ts'
import { createLoops } from './loops.ts'
import type { AnyOptions } from '../observer/base-observer.ts'
import type { ConnectionObserver } from './connection-observer.ts'
import type { Listener } from '../observer/event-listeners.ts'
import type { ProtocolSession } from './protocol.ts'
import type { Observer, Snapshot } from './types.ts'
import { resolveEnvironment } from '../platform/browser.ts'
import type { FullEnvironment } from '../platform/environment.ts'
import type { UrlOption } from '../shared/attempt.ts'

/** Creates a client for use without a framework: after `open()` it stays open until `close()`. */
export function toClient<Incoming, Of extends Omit<Observer<Incoming>, 'preview'>>(
  observer: Of & Omit<Observer<Incoming>, 'preview'>,
  options: { readonly environment?: Partial<FullEnvironment> | undefined },
): Of & AsyncIterable<Incoming> {
  const loops = createLoops()
  let release: (() => void) | undefined
  const retain = () => (release ??= observer.subscribe(() => {}))
  return {
    ...observer,
    subscribe: (listener) => loops.addOther(observer.subscribe(listener)),
    on: (type, listener) => {
      const remove = observer.on(type, listener)
      return type === 'message' ? loops.addOther(remove) : remove
    },
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
      // If a handler calls this, the `close` event is emitted later and must still reach the listeners.
      queueMicrotask(() => releaseNow?.())
    },
    [Symbol.asyncIterator]: () => iterateMessages(observer, resolveEnvironment(options.environment), loops),
  }
}

/** Returns the methods of an observer as functions that need no `this`. */
export function toPublicObserver<
  Incoming,
  Shown extends Snapshot<unknown>,
  Raw,
  Options extends AnyOptions,
  Session extends ProtocolSession<Raw>,
>(
  observer: ConnectionObserver<Raw, Options, Session>,
): Observer<Incoming, Shown> & { setOptions(url: UrlOption, options?: object): void } {
  const publicObserver = {
    subscribe: observer.subscribe,
    getSnapshot: observer.getSnapshot,
    getServerSnapshot: observer.getServerSnapshot,
    setOptions: (url: UrlOption, options?: object) => observer.setOptions(url, (options ?? {}) as Options), // every option may be missing
    preview: (url: UrlOption, options: object) => observer.preview(url, options as Options), // every option may be missing
    select: (select: (data: unknown) => unknown, data: unknown) => observer.select(select, data),
    on: (type: string, listener: Listener) => observer.on(type, listener),
    track: (field: string) => observer.track(field),
    open: () => observer.openManually('open'),
    close: (code?: number, reason?: string) => observer.close(code, reason),
    reconnect: () => observer.openManually('reconnect'),
  }
  // Only the caller knows the types of the messages and of the snapshot.
  return publicObserver as unknown as ReturnType<
    typeof toPublicObserver<Incoming, Shown, Raw, Options, Session>
  >
}
