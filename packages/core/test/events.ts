import type { Emitter } from '../src/connection/types.ts'
import type { FetchObserver } from '../src/fetch/index.ts'
import { type Listener, addListener } from '../src/observer/event-listeners.ts'

/** The messages of an observer, by the handler in its options. */
type MessageOf<Observer> = Observer extends { setOptions(url: never, options?: infer Options): void }
  ? NonNullable<Options> extends {
      readonly onMessage?: ((message: infer Message, info: never) => void) | undefined
    }
    ? Message
    : unknown
  : unknown

type Events<Observer> = Observer extends { execute: unknown }
  ? Pick<FetchObserver<MessageOf<Observer>, unknown>, 'on'>
  : Emitter<MessageOf<Observer>>

/** Adds `on` to the observer of a binding. Hooks have handlers instead, but tests record all events. */
export function withEvents<Observer extends object>(observer: Observer): Observer & Events<Observer> {
  const on = (type: string, listener: Listener) => addListener(observer as never, type, listener)
  return Object.assign(observer, { on }) as never
}
