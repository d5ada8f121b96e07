import { forEachLive, callSafely } from '../shared/safe-call.ts'
import type { Environment } from '../platform/environment.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { CommonOptions } from './options.ts'
import type { ConnectionEventMap } from './events.ts'

/** Whatever listens: the types meet again in `Observer`. */
export type Listener = (...args: never[]) => void

/** What was given to `on`, by type. */
export type ListenerMap = Map<string, Set<Listener>>

/** What happens to a line, beside its messages. */
export type ConnectionEventType = Exclude<keyof ConnectionEventMap<unknown>, 'message'>

/** The option that hears of an occurrence. */
const OPTION_BY_EVENT = {
  open: 'onOpen',
  close: 'onClose',
  error: 'onError',
  retry: 'onRetry',
  'give-up': 'onGiveUp',
  transition: undefined,
} as const

/** Listens, until the returned function is called. One listener that is given twice is two. */
export function addListener(eventListeners: ListenerMap, type: string, listener: Listener): () => void {
  const ownListener = (...args: never[]) => listener(...args)
  const listenersOfType = eventListeners.get(type) ?? new Set()
  eventListeners.set(type, listenersOfType.add(ownListener))
  return () => void listenersOfType.delete(ownListener)
}

/** The same as `occur` for a message, of which there may be a million: no closure but where somebody listens. */
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
  if (!listeners?.size) return
  const args = [message, info] as unknown[] as never[] // what listens to messages takes these
  forEachLive(listeners, (listener) => callSafely(() => listener(...args), environment))
}

/** Calls the handler and the listeners of one occurrence; returns whether there were any. */
export function emitEvent<Type extends ConnectionEventType>(
  options: CommonOptions<unknown, unknown>,
  eventListeners: ListenerMap | undefined,
  type: Type,
  event: ConnectionEventMap<unknown>[Type],
  environment: Pick<Environment, 'reportError'>,
): boolean {
  const optionName = OPTION_BY_EVENT[type]
  // The table pairs each type with the handler that takes its events, and `on` does so for the listeners.
  const handler =
    optionName && (options[optionName] as ((event: ConnectionEventMap<unknown>[Type]) => void) | undefined)
  if (handler) callSafely(() => handler(event), environment)
  const listeners = eventListeners?.get(type)
  forEachLive(listeners, (listener) => callSafely(() => listener(event as never), environment))
  return !!handler || !!listeners?.size
}
