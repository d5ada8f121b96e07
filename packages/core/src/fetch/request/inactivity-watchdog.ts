import { bounded } from '../../shared/backoff.ts'
import type { Environment } from '../../platform/environment.ts'
import { tellAll } from '../../shared/safe-call.ts'

/** Something that is late when nothing happens for a while. */
export interface Watched {
  /** How long it still has, in ms. */
  remaining(now: number): number
  late(): void
}

/** One timer for all that wait for a sign of life: a page may have a thousand requests under way, each of which hears one every few ms. */
export interface Watchdog {
  /** Begins to look after it, or looks again: it may have less time than before. */
  watch(one: Watched): void
  leave(one: Watched): void
}

export function createWatchdog(environment: Environment): Watchdog {
  const watched = new Set<Watched>()
  let timer: unknown
  let ringsAt = Number.POSITIVE_INFINITY

  function arm(now: number, wait: number): void {
    if (now + wait >= ringsAt) return
    environment.clearTimeout(timer)
    ringsAt = now + wait
    timer = environment.setTimeout(ring, bounded(wait))
  }

  function ring(): void {
    ringsAt = Number.POSITIVE_INFINITY
    const now = environment.now()
    tellAll(watched, (one) => {
      const wait = one.remaining(now)
      if (wait > 0) arm(now, wait)
      else one.late()
    })
  }

  return {
    watch(one) {
      watched.add(one)
      const now = environment.now()
      arm(now, one.remaining(now))
    },
    leave(one) {
      if (!watched.delete(one) || watched.size > 0) return
      environment.clearTimeout(timer)
      ringsAt = Number.POSITIVE_INFINITY
    },
  }
}
