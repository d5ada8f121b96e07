import { tellAll, guarded } from '../shared/safe-call.ts'
import type { Environment } from '../platform/environment.ts'
import type { MessageInfo } from '../shared/reducers.ts'
import type { CommonOptions } from './options.ts'
import type { Occurrences } from './events.ts'

/** Whatever listens: the types meet again in `Observer`. */
export type Told = (...occurrence: never[]) => void

/** What was given to `on`, by type. */
export type Taps = Map<string, Set<Told>>

/** What happens to a line, beside its messages. */
export type Occurrence = Exclude<keyof Occurrences<unknown>, 'message'>

/** The option that hears of an occurrence. */
const HANDLERS = {
  open: 'onOpen',
  close: 'onClose',
  error: 'onError',
  retry: 'onRetry',
  giveup: 'onGiveUp',
  transition: undefined,
} as const

/** Listens, until the returned function is called. One listener that is given twice is two. */
export function tap(taps: Taps, type: string, listener: Told): () => void {
  const own = (...occurrence: never[]) => listener(...occurrence)
  const same = taps.get(type) ?? new Set()
  taps.set(type, same.add(own))
  return () => void same.delete(own)
}

/** The same as `occur` for a message, of which there may be a million: no closure but where somebody listens. */
export function tellMessage(
  onMessage: ((message: unknown, info: MessageInfo) => void) | undefined,
  taps: Taps | undefined,
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
  const listeners = taps?.get('message')
  if (!listeners?.size) return
  const said = [message, info] as unknown[] as never[] // what listens to messages takes these
  tellAll(listeners, (listener) => guarded(() => listener(...said), environment))
}

/** Calls the handler and the listeners of one occurrence; returns whether there were any. */
export function occur<Type extends Occurrence>(
  options: CommonOptions<unknown, unknown>,
  taps: Taps | undefined,
  type: Type,
  event: Occurrences<unknown>[Type],
  environment: Pick<Environment, 'reportError'>,
): boolean {
  const name = HANDLERS[type]
  // The table pairs each type with the handler that takes its events, and `on` does so for the listeners.
  const handler = name && (options[name] as ((event: Occurrences<unknown>[Type]) => void) | undefined)
  if (handler) guarded(() => handler(event), environment)
  const listeners = taps?.get(type)
  tellAll(listeners, (listener) => guarded(() => listener(event as never), environment))
  return !!handler || !!listeners?.size
}
