import type { Environment, Signal } from './environment.ts'
import { tellAll } from '../shared/safe-call.ts'

/** One subscription to the page for all, while there is anybody. */
export interface PageEvents {
  /** Whoever joins late is told what is not as usual. */
  listen(listener: (signal: Signal) => void): () => void
  /** So many more, or fewer, things are shown: what the network does is heard while nothing is under way, too. */
  attend(more: number): void
}

/** What the page and the network say, for all at one desk. */
export function createEar(environment: Environment): PageEvents {
  const listeners = new Set<(signal: Signal) => void>()
  const unusual = new Set<Signal>()
  let deaf: (() => void) | undefined
  let shown = 0
  const hear = (signal: Signal): void => {
    const opposite = OPPOSITES[signal]
    if (opposite) unusual.delete(opposite)
    else if (signal !== 'wake') unusual.add(signal)
    tellAll(listeners, (listener) => listener(signal))
  }
  const attune = (): void => {
    if (listeners.size > 0 || shown > 0) {
      deaf ??= environment.signals(hear)
      return
    }
    deaf?.()
    deaf = undefined
    unusual.clear()
  }
  return {
    listen(listener) {
      const own = (signal: Signal) => listener(signal)
      for (const signal of unusual) own(signal)
      listeners.add(own)
      attune()
      return () => {
        listeners.delete(own)
        attune()
      }
    },
    attend(more) {
      shown += more
      attune()
    },
  }
}

const OPPOSITES: Partial<Record<Signal, Signal>> = { online: 'offline', visible: 'hidden', resume: 'freeze' }
