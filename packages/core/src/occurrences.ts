import type { Environment } from './environment.ts'
import type { MessageInfo } from './fold.ts'
import type { CommonOptions, Occurrences } from './types.ts'

/** Whatever listens: the types meet again in `Observer`. */
export type Told = (...occurrence: never[]) => void

/** What was given to `on`, by type. */
export type Taps = Map<string, Set<Told>>

type Listener<Event> = (event: Event, info?: MessageInfo) => void

/** The option that hears of an occurrence. */
const HANDLERS = {
  open: 'onOpen',
  message: 'onMessage',
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

/** Tells those who are there now and still are when it is their turn: who comes in meanwhile hears the next time. */
export function tellAll<One>(all: ReadonlySet<One> | undefined, tell: (one: One) => void): void {
  const now = [...(all ?? [])]
  for (const one of now) if (all?.has(one)) tell(one)
}

/** Runs what is not ours: what it throws is reported, and stops nobody; the result is then undefined. */
export function guarded<Result>(
  run: () => Result,
  environment: Pick<Environment, 'reportError'>,
): Result | undefined {
  try {
    return run()
  } catch (error) {
    environment.reportError(error)
    return undefined
  }
}

/** Calls the handler and the listeners of one occurrence; returns whether there were any. */
export function occur<Type extends keyof Occurrences<unknown>>(
  options: CommonOptions<unknown, unknown>,
  taps: Taps | undefined,
  type: Type,
  event: Occurrences<unknown>[Type],
  environment: Pick<Environment, 'reportError'>,
  info?: MessageInfo,
): boolean {
  const name = HANDLERS[type]
  // The table pairs each type with the handler that takes its events, and `on` does so for the listeners.
  const handler = name && (options[name] as Listener<Occurrences<unknown>[Type]> | undefined)
  const said: [Occurrences<unknown>[Type], MessageInfo?] = info ? [event, info] : [event]
  if (handler) guarded(() => handler(...said), environment)
  const listeners = taps?.get(type)
  tellAll(listeners, (listener) => guarded(() => listener(...(said as unknown[] as never[])), environment))
  return !!handler || !!listeners?.size
}
