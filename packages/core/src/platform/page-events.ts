import type { Environment, PageEvent } from './environment.ts'
import { forEachLive } from '../shared/safe-call.ts'

/** The page events of an environment, for any number of listeners. */
export interface PageEvents {
  /** Calls the listener with each page event until the returned function is called, and at once with what is not as usual. */
  listen(listener: (pageEvent: PageEvent) => void): () => void
  /** Keeps the subscription for so many more components, or fewer: what the network does is heard while there are no requests, too. */
  retain(more: number): void
}

const known = new WeakMap<Environment, PageEvents>()

/**
 * Returns the page events of an environment. All its connections and requests share one subscription to the page, which exists while one of
 * them listens: each subscription has a timer of its own.
 */
export function pageEventsOf(environment: Environment): PageEvents {
  const pageEvents = known.get(environment) ?? createPageEvents(environment)
  known.set(environment, pageEvents)
  return pageEvents
}

function createPageEvents(environment: Environment): PageEvents {
  const listeners = new Set<(event: PageEvent) => void>()
  /** What is not as usual: a listener that comes later has missed it. */
  const pending = new Set<PageEvent>()
  let unsubscribe: (() => void) | undefined
  let retained = 0
  const handle = (event: PageEvent): void => {
    const opposite = OPPOSITES[event]
    if (opposite) pending.delete(opposite)
    else if (event !== 'wake') pending.add(event)
    forEachLive(listeners, (listener) => listener(event))
  }
  const updateSubscription = (): void => {
    if (listeners.size > 0 || retained > 0) {
      unsubscribe ??= environment.onPageEvent(handle)
      return
    }
    unsubscribe?.()
    unsubscribe = undefined
    pending.clear()
  }
  return {
    listen(listener) {
      // The same function may listen twice.
      const ownListener = (event: PageEvent) => listener(event)
      for (const event of pending) ownListener(event)
      listeners.add(ownListener)
      updateSubscription()
      return () => {
        listeners.delete(ownListener)
        updateSubscription()
      }
    },
    retain(more) {
      retained += more
      updateSubscription()
    },
  }
}

const OPPOSITES: Partial<Record<PageEvent, PageEvent>> = {
  online: 'offline',
  visible: 'hidden',
  pageshow: 'pagehide',
}
