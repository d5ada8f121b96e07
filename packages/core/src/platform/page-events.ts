import type { Environment, PageEvent } from './environment.ts'
import { forEachLive } from '../shared/safe-call.ts'

/** One subscription to the page for all, while there is anybody. */
export interface PageEvents {
  /** Whoever joins late is told what is not as usual. */
  listen(listener: (signal: PageEvent) => void): () => void
  /** So many more, or fewer, things are shown: what the network does is heard while nothing is under way, too. */
  retain(more: number): void
}

/** What the page and the network say, for all at one desk. */
export function createPageEvents(environment: Environment): PageEvents {
  const listeners = new Set<(event: PageEvent) => void>()
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
      const own = (event: PageEvent) => listener(event)
      for (const event of pending) own(event)
      listeners.add(own)
      updateSubscription()
      return () => {
        listeners.delete(own)
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
