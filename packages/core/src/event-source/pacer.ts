import type { Environment } from '../platform/environment.ts'

export const EVENT_STREAM = 'text/event-stream'

/** How long a stream may keep the page busy in one go, in ms: half a frame. */
const TURN = 8

/** And how many bytes it may bring, however fast its listeners are: `for await` takes what has come in turns of its own. */
const LOAD = 1_048_576

/** Does a stream's work, and gives the page a turn where one is due: the promise of its end. */
export function pacer(
  environment: Environment,
): (size: number, work: () => void) => Promise<void> | undefined {
  let busy = 0
  let load = 0
  return (size, work) => {
    const since = environment.now()
    work()
    busy += environment.now() - since
    load += size
    if (busy < TURN && load < LOAD) return undefined
    busy = load = 0
    return new Promise((resolve) => environment.nextTask(resolve))
  }
}
