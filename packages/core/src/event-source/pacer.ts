import type { Environment } from '../platform/environment.ts'

export const EVENT_STREAM = 'text/event-stream'

/** How long a stream may keep the page busy in one go, in ms: half a frame. */
const MAX_BUSY_MS = 8

/** And how many bytes it may bring, however fast its listeners are: `for await` takes what has come in turns of its own. */
const MAX_BYTES_PER_TURN = 1_048_576

/** Does a stream's work, and gives the page a turn where one is due: the promise of its end. */
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
