import { forEachLive, callSafely } from '../shared/safe-call.ts'
import type { Environment } from '../platform/environment.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { CommonOptions } from './options.ts'
import type { ConnectionEventMap } from './events.ts'

/** A listener of any event. `Observer.on` has the exact types. */
export type Listener = (...args: never[]) => void

/** The listeners that were added with `on`, by event type. */
export type ListenerMap = Map<string, Set<Listener>>

/** The types of all events except messages. */
export type ConnectionEventType = Exclude<keyof ConnectionEventMap<unknown>, 'message'>

/** Returns the name of the option with the handler of an event, such as `onGiveUp` of `give-up`. */
const handlerOption = (type: string): string =>
  `on-${type}`.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Adds a listener; returns a function that removes it. The same function added twice is called twice. */
export function addListener(eventListeners: ListenerMap, type: string, listener: Listener): () => void {
  const ownListener = (...args: never[]) => listener(...args)
  const listenersOfType = eventListeners.get(type) ?? new Set()
  eventListeners.set(type, listenersOfType.add(ownListener))
  return () => void listenersOfType.delete(ownListener)
}

/** Does the same as `emitEvent` for a message, but faster: without listeners it creates no closure. */
export function emitMessage(
  onMessage: ((message: unknown, info: MessageInfo) => void) | undefined,
  eventListeners: ListenerMap | undefined,
  message: unknown,
  info: MessageInfo,
  environment: Pick<Environment, 'reportError'>,
): void {
  if (onMessage) {
    try {
      onMessage(message, info)
    } catch (error) {
      environment.reportError(error)
    }
  }
  const listeners = eventListeners?.get('message')
  if (listeners?.size) callListeners(listeners, [message, info], environment)
}

/** Its closures are not in `emitMessage`, where each message would allocate for them. */
function callListeners(
  listeners: ReadonlySet<Listener>,
  args: readonly unknown[],
  environment: Pick<Environment, 'reportError'>,
): void {
  const ownArgs = args as never[] // the listeners of an event take these
  forEachLive(listeners, (listener) => callSafely(() => listener(...ownArgs), environment))
}

/** Calls the handler and the listeners of an event; returns whether there were any. */
export function emitEvent<Type extends ConnectionEventType>(
  options: CommonOptions<unknown, unknown>,
  eventListeners: ListenerMap | undefined,
  type: Type,
  event: ConnectionEventMap<unknown>[Type],
  environment: Pick<Environment, 'reportError'>,
): boolean {
  // Not every hook has every handler. Each one takes the events of its name.
  const handlers = options as Partial<Record<string, (event: ConnectionEventMap<unknown>[Type]) => void>>
  const handler = type === 'transition' ? undefined : handlers[handlerOption(type)]
  if (handler) callSafely(() => handler(event), environment)
  const listeners = eventListeners?.get(type)
  if (listeners) callListeners(listeners, [event], environment)
  return !!handler || !!listeners?.size
}
