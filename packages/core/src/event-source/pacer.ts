import type { Environment } from '../platform/environment.ts'
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

export function createPacer(environment: Environment): Pacer {
  let busyMs = 0
  let bytesThisTurn = 0
  let startedAt = 0
  const busyUntilNow = () => busyMs + environment.now() - startedAt
  return {
    runPaced(size, work) {
      startedAt = environment.now()
      work()
      busyMs = busyUntilNow()
      bytesThisTurn += size
      if (busyMs < MAX_BUSY_MS && bytesThisTurn < MAX_BYTES_PER_TURN) return undefined
      busyMs = bytesThisTurn = 0
      return new Promise((resolve) => environment.scheduleTask(resolve))
    },
    isTimeUp: () => busyUntilNow() >= MAX_BUSY_MS,
  }
}
