import type { Environment, PageEvent } from './environment.ts'
import { forEachLive } from '../shared/safe-call.ts'

/** The page events of an environment, for any number of listeners. */
export interface PageEvents {
  /** Adds a listener; returns a function that removes it. A state such as `hidden` or `offline` is reported at once. */
  listen(listener: (pageEvent: PageEvent) => void): () => void
  /**
   * Changes the number of users that need the subscription without a listener. The state of the network is then known
   * before the next listener is added.
   */
  retain(change: number): void
}

const known = new WeakMap<Environment, PageEvents>()

/**
 * Returns the page events of an environment.
 *
 * All its connections and requests share one subscription to the page, because each subscription has a timer. It exists
 * only while there is a listener or a user.
 */
export function pageEventsOf(environment: Environment): PageEvents {
  const pageEvents = known.get(environment) ?? createPageEvents(environment)
  known.set(environment, pageEvents)
  return pageEvents
}

function createPageEvents(environment: Environment): PageEvents {
  const listeners = new Set<(event: PageEvent) => void>()
  /** The current states other than visible and online, reported to new listeners. */
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
    retain(change) {
      retained += change
      updateSubscription()
    },
  }
}

const OPPOSITES: Partial<Record<PageEvent, PageEvent>> = {
  online: 'offline',
  visible: 'hidden',
  pageshow: 'pagehide',
}
