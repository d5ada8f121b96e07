import { clampDelay } from '../../shared/backoff.ts'
import type { Environment } from '../../platform/environment.ts'
import { forEachLive } from '../../shared/safe-call.ts'

/** A request that times out when it receives nothing for a while. */
export interface Watched {
  /** Returns the time until the timeout, in ms. */
  remainingMs(now: number): number
  onTimeout(): void
}

/** One timer for the inactivity timeouts of all requests: a page may have a thousand, each active every few ms. */
export interface Watchdog {
  /** Adds a request, or updates one whose remaining time is shorter than before. */
  watch(one: Watched): void
  unwatch(one: Watched): void
}

export function createWatchdog(environment: Environment): Watchdog {
  const watched = new Set<Watched>()
  let timer: unknown
  let firesAt = Number.POSITIVE_INFINITY

  function arm(now: number, delayMs: number): void {
    if (now + delayMs >= firesAt) return
    environment.clearTimeout(timer)
    firesAt = now + delayMs
    timer = environment.setTimeout(onTimer, clampDelay(delayMs))
  }

  function onTimer(): void {
    firesAt = Number.POSITIVE_INFINITY
    const now = environment.now()
    forEachLive(watched, (one) => {
      const remainingMs = one.remainingMs(now)
      if (remainingMs > 0) arm(now, remainingMs)
      else one.onTimeout()
    })
  }

  return {
    watch(one) {
      watched.add(one)
      const now = environment.now()
      arm(now, one.remainingMs(now))
    },
    unwatch(one) {
      if (!watched.delete(one) || watched.size > 0) return
      environment.clearTimeout(timer)
      firesAt = Number.POSITIVE_INFINITY
    },
  }
}
