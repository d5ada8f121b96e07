import type { Environment } from './environment.ts'

/** Timers by name. Starting a timer replaces the one of the same name. */
export interface Timers<Name extends string> {
  start(name: Name, ms: number): void
  stop(name: Name): void
  stopAll(except?: Name): void
}

/** Creates a set of named timers. `fire` is called with the name of each timer that expires. */
export function createTimers<Name extends string>(
  environment: Pick<Environment, 'setTimeout' | 'clearTimeout'>,
  fire: (name: Name) => void,
): Timers<Name> {
  const handles = new Map<Name, unknown>()
  function stop(name: Name): void {
    if (handles.has(name)) environment.clearTimeout(handles.get(name))
    handles.delete(name)
  }
  return {
    start(name, ms) {
      stop(name)
      const onTimer = () => {
        handles.delete(name)
        fire(name)
      }
      handles.set(name, environment.setTimeout(onTimer, ms))
    },
    stop,
    stopAll(except) {
      for (const name of handles.keys()) if (name !== except) stop(name)
    },
  }
}
