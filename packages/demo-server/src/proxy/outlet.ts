import { type Socket } from 'node:net'
import { createDelayQueue, type Pace } from './delay-queue.ts'

/** The output of one direction. It forwards bytes at once, delays them or discards them. */
export interface Outlet {
  /** The number of discarded bytes. */
  readonly swallowed: number
  isSwallowing(): boolean
  readonly stopped: boolean
  forward(bytes: Buffer): void
  /** Calls `act` when everything before has been written. */
  afterWrites(act: () => void): void
  /** Calls `then` when everything before has been written. Does nothing while bytes are discarded, to hide the end. */
  finish(then: () => void): void
  /** Runs a function that forwards many small pieces, and writes them together. */
  batch(run: () => void): void
  swallow(): void
  slow(pace: Partial<Pace>): void
  stop(): void
}

export interface OutletOptions {
  /** The socket that the bytes come from. It is paused while too many bytes are queued. */
  readonly source: () => Socket | undefined
  readonly destination: () => Socket | undefined
}

const MAX_HELD_BYTES = 1024 * 1024

/** Writes to the destination, and pauses the source while the destination is full. */
function createWriter({ source, destination }: OutletOptions, isFull: () => boolean) {
  let awaitsDrain = false

  function resume(): void {
    if (!isFull() && !awaitsDrain) source()?.resume()
  }

  function write(bytes: Buffer): void {
    const target = destination()
    if (target === undefined || !target.writable) return
    if (target.write(bytes) || awaitsDrain) return
    awaitsDrain = true
    source()?.pause()
    target.once('drain', () => {
      awaitsDrain = false
      resume()
    })
  }

  return { write, resume }
}

export function createOutlet(options: OutletOptions): Outlet {
  const { write, resume } = createWriter(options, () => delayQueue.pendingBytes > MAX_HELD_BYTES)
  const delayQueue = createDelayQueue(write, resume)
  let swallowed = 0
  let swallowing = false
  let stopped = false

  return {
    get swallowed() {
      return swallowed
    },
    isSwallowing: () => swallowing,
    get stopped() {
      return stopped
    },
    forward(bytes) {
      if (stopped || bytes.length === 0) return
      if (swallowing) swallowed += bytes.length
      else delayQueue.push(bytes)
      if (delayQueue.pendingBytes > MAX_HELD_BYTES) options.source()?.pause()
    },
    afterWrites(act) {
      if (!stopped) delayQueue.push(act)
    },
    finish(then) {
      if (!stopped && !swallowing) delayQueue.push(then)
    },
    batch(run) {
      const target = options.destination()
      target?.cork()
      run()
      target?.uncork()
    },
    swallow: () => void (swallowing = true),
    slow: delayQueue.slow,
    stop() {
      stopped = true
      delayQueue.stop()
    },
  }
}
