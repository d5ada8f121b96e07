import { iterateMessages } from './async-iterator.ts'
import { createLoops } from './loops.ts'
import type { AnyOptions } from '../observer/base-observer.ts'
import { type Listener, addListener } from '../observer/event-listeners.ts'
import type { ConnectionHandle } from './connection-handle.ts'
import type { ProtocolSession } from './protocol.ts'
import type { UrlOption } from '../shared/attempt.ts'

/**
 * Creates a client for use without a framework: after `open()` it stays open until `close()`.
 *
 * @param own the commands that only its protocol has
 */
export function toClient<Raw, Options extends AnyOptions, Session extends ProtocolSession<Raw>>(
  observer: ConnectionHandle<Raw, Options, Session>,
  own?: object,
): object {
  const loops = createLoops()
  let release: (() => void) | undefined
  const { getSnapshot, getServerSnapshot } = observer
  const retain = () => (release ??= observer.subscribe(() => {}))
  const on = (type: string, listener: Listener) => addListener(observer, type, listener)
  return {
    ...own,
    getSnapshot,
    getServerSnapshot,
    setOptions: (url: UrlOption, options?: Options) => observer.setOptions(url, options),
    preview: (url: UrlOption, options: Options) => observer.preview(url, options),
    select: (select: (data: unknown) => unknown, data: unknown) => observer.select(select, data),
    track: (field: string) => observer.track(field),
    subscribe: (listener: () => void) => loops.addOther(observer.subscribe(listener)),
    on: (type: string, listener: Listener) => {
      const remove = on(type, listener)
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
    close(code?: number, reason?: string) {
      observer.close(code, reason)
      const releaseNow = release
      release = undefined
      // If a handler calls this, the `close` event is emitted later and must still reach the listeners.
      queueMicrotask(() => releaseNow?.())
    },
    [Symbol.asyncIterator]: () => iterateMessages(observer, on, loops),
  }
}
