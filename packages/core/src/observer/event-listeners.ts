import { forEachLive, callSafely } from '../shared/safe-call.ts'
import type { Environment } from '../platform/environment.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { CommonOptions } from './options.ts'
import type { ConnectionEventMap } from './events.ts'

/** A listener of any event. `on` of a client has the exact types. */
export type Listener = (...args: never[]) => void

/** The types of all events except messages. */
export type ConnectionEventType = Exclude<keyof ConnectionEventMap<unknown>, 'message'>

/** What an observer reads of its listeners. Only clients import `addListener`, since hooks have no `on`. */
export interface EventListeners {
  /** By event type. */
  readonly all: Map<string, Set<Listener>>
  /** Calls the listeners of an event; returns whether there were any. */
  emit(type: string, ...args: unknown[]): boolean
}

/** An observer to which listeners can be added. */
interface Emitter {
  readonly environment: Pick<Environment, 'reportError'>
  eventListeners: EventListeners | undefined
}

/** Adds a listener; returns a function that removes it. The same function added twice is called twice. */
export function addListener(emitter: Emitter, type: string, listener: Listener): () => void {
  const { all } = (emitter.eventListeners ??= createEventListeners(emitter.environment))
  const ownListener = (...args: never[]) => listener(...args)
  const listenersOfType = all.get(type) ?? new Set()
  all.set(type, listenersOfType.add(ownListener))
  return () => void listenersOfType.delete(ownListener)
}

function createEventListeners(environment: Emitter['environment']): EventListeners {
  const all: EventListeners['all'] = new Map()
  return {
    all,
    emit(type, ...args) {
      const listeners = all.get(type)
      // The listeners of an event take these.
      forEachLive(listeners, (listener) => callSafely(() => listener(...(args as never[])), environment))
      return !!listeners?.size
    },
  }
}

/** Returns the name of the option with the handler of an event, such as `onGiveUp` of `give-up`. */
const handlerOption = (type: string): string =>
  `on-${type}`.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())

/** Does the same as `emitEvent` for a message, but faster: without listeners it creates no closure. */
export function emitMessage(
  onMessage: ((message: unknown, info: MessageInfo) => void) | undefined,
  eventListeners: EventListeners | undefined,
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
  eventListeners?.emit('message', message, info)
}

/** Calls the handler and the listeners of an event; returns whether there were any. */
export function emitEvent<Type extends ConnectionEventType>(
  options: CommonOptions<unknown, unknown>,
  eventListeners: EventListeners | undefined,
  type: Type,
  event: ConnectionEventMap<unknown>[Type],
  environment: Pick<Environment, 'reportError'>,
): boolean {
  // Not every hook has every handler. Each one takes the events of its name.
  const handlers = options as Partial<Record<string, (event: ConnectionEventMap<unknown>[Type]) => void>>
  const handler = type === 'transition' ? undefined : handlers[handlerOption(type)]
  if (handler) callSafely(() => handler(event), environment)
  return eventListeners?.emit(type, event) === true || !!handler
}
