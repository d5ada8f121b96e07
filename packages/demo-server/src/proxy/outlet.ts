import { type Socket } from 'node:net'
import { createDelayLine, type Pace } from './delay-line.ts'

/** Where the bytes of one direction leave the proxy: at once, late, or never. */
export interface Outlet {
  /** The bytes that were thrown away. */
  readonly swallowed: number
  isSwallowing(): boolean
  readonly stopped: boolean
  forward(bytes: Buffer): void
  /** Acts when everything before has been written. */
  afterwards(act: () => void): void
  /** The same, unless bytes are being swallowed: nobody is to learn of the end then. */
  finish(then: () => void): void
  /** Runs what forwards many small pieces, so that they leave together. */
  batch(run: () => void): void
  swallow(): void
  slow(pace: Partial<Pace>): void
  stop(): void
}

export interface OutletOptions {
  /** Where the bytes come from; paused while too many are held. */
  readonly source: () => Socket | undefined
  readonly destination: () => Socket | undefined
}

const MAX_HELD = 1024 * 1024

/** Writes to the destination, and holds the source back while that is full. */
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
  const { write, resume } = createWriter(options, () => line.level > MAX_HELD)
  const line = createDelayLine(write, resume)
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
      else line.push(bytes)
      if (line.level > MAX_HELD) options.source()?.pause()
    },
    afterwards(act) {
      if (!stopped) line.push(act)
    },
    finish(then) {
      if (!stopped && !swallowing) line.push(then)
    },
    batch(run) {
      const target = options.destination()
      target?.cork()
      run()
      target?.uncork()
    },
    swallow: () => void (swallowing = true),
    slow: line.slow,
    stop() {
      stopped = true
      line.stop()
    },
  }
}
