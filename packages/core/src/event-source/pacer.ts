import type { Environment } from '../platform/environment.ts'
import { scheduleTask } from '../platform/network.ts'
import { MAX_BUSY_MS } from '../shared/pacing.ts'

/** The media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream'

/**
 * The number of bytes after which a stream pauses, even if its listeners are fast: a `for await` loop runs in the
 * pauses and would otherwise fall behind.
 */
const MAX_BYTES_PER_TURN = 1_048_576

/** Gives the page time to paint and to respond while many messages are delivered. */
export interface Pacer {
  /**
   * Runs the work on a chunk of `size` bytes. Returns a promise if the page needs a pause, which the caller awaits
   * before the next chunk.
   */
  runPaced(size: number, work: () => void): Promise<void> | undefined
  /** Whether the running work has taken its time, and should return and continue after a pause. */
  readonly isTimeUp?: (() => boolean) | undefined
}

/** The most events between two reads of the clock: a read takes as long as parsing a short event. */
const MAX_EVENTS_PER_READ = 16

export function createPacer(environment: Environment): Pacer {
  /** The time that this turn has taken, at the last read of the clock. */
  let busyMs = 0
  let bytesThisTurn = 0
  let startedAt = 0
  let eventsPerRead = 1
  let unreadEvents = 0
  return {
    runPaced(size, work) {
      startedAt = environment.now() - busyMs
      work()
      busyMs = environment.now() - startedAt
      bytesThisTurn += size
      if (busyMs < MAX_BUSY_MS && bytesThisTurn < MAX_BYTES_PER_TURN) return undefined
      busyMs = bytesThisTurn = 0
      return new Promise((resolve) => scheduleTask(environment, resolve))
    },
    isTimeUp() {
      if (++unreadEvents < eventsPerRead) return false
      unreadEvents = 0
      const before = busyMs
      busyMs = environment.now() - startedAt
      // Slow listeners move the clock. Then it is read after each event.
      eventsPerRead = busyMs > before ? 1 : Math.min(eventsPerRead * 2, MAX_EVENTS_PER_READ)
      return busyMs >= MAX_BUSY_MS
    },
  }
}
