import type { Environment, PageEvent } from './environment.ts'
import { callSafely, forEachLive } from '../shared/safe-call.ts'

/** The page events of an environment, for any number of listeners. */
export interface PageEvents {
  /** Adds a listener; returns a function that removes it. A state such as `hidden` or `offline` is reported at once. */
  listen(listener: (pageEvent: PageEvent) => void): () => void
}

const pageEventsByEnvironment = new WeakMap<Environment, PageEvents>()

/**
 * Returns the page events of an environment.
 *
 * All listeners share one subscription to the page, because each subscription has a timer. Without listeners there is
 * no subscription. An `EventSource` of the standard class has its own, since it ignores most events.
 */
export function pageEventsOf(environment: Environment): PageEvents {
  const pageEvents = pageEventsByEnvironment.get(environment) ?? createPageEvents(environment)
  pageEventsByEnvironment.set(environment, pageEvents)
  return pageEvents
}

function createPageEvents(environment: Environment): PageEvents {
  const listeners = new Set<(event: PageEvent) => void>()
  /** The current states other than visible and online, reported to new listeners. */
  const pending = new Set<PageEvent>()
  let unsubscribe: (() => void) | undefined
  const handle = (event: PageEvent): void => {
    const opposite = OPPOSITES[event]
    if (opposite) pending.delete(opposite)
    else if (event !== 'wake' && event !== 'slept') pending.add(event)
    // A listener that throws must not keep the event from other connections.
    forEachLive(listeners, (listener) => callSafely(() => listener(event), environment))
  }
  return {
    listen(listener) {
      // A function that is added twice is called twice.
      const ownListener = (event: PageEvent) => listener(event)
      for (const event of pending) ownListener(event)
      listeners.add(ownListener)
      unsubscribe ??= environment.onPageEvent(handle)
      return () => {
        listeners.delete(ownListener)
        if (listeners.size > 0) return
        unsubscribe?.()
        unsubscribe = undefined
        pending.clear()
      }
    },
  }
}

const OPPOSITES: Partial<Record<PageEvent, PageEvent>> = {
  online: 'offline',
  visible: 'hidden',
  pageshow: 'pagehide',
}
