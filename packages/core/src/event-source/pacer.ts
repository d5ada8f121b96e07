import type { Environment } from '../platform/environment.ts'

/** The media type of server-sent events. */
export const EVENT_STREAM = 'text/event-stream'

/** The longest time for which a stream may block the page, in ms: half a frame. */
const MAX_BUSY_MS = 8

/**
 * The number of bytes after which a stream pauses, even if its listeners are fast: a `for await` loop runs in the
 * pauses and would otherwise fall behind.
 */
const MAX_BYTES_PER_TURN = 1_048_576

/**
 * Creates a function that runs the work on a chunk of `size` bytes. It returns a promise if the page needs a pause,
 * which the caller awaits before the next chunk.
 */
export function createPacer(
  environment: Environment,
): (size: number, work: () => void) => Promise<void> | undefined {
  let busyMs = 0
  let bytesThisTurn = 0
  return (size, work) => {
    const startedAt = environment.now()
    work()
    busyMs += environment.now() - startedAt
    bytesThisTurn += size
    if (busyMs < MAX_BUSY_MS && bytesThisTurn < MAX_BYTES_PER_TURN) return undefined
    busyMs = bytesThisTurn = 0
    return new Promise((resolve) => environment.scheduleTask(resolve))
  }
}
