import { type AlarmUnit, createAlarms } from './alarms.ts'
import { type Pace } from './delay-queue.ts'
import { createSplitter, type FrameHeader, type Piece } from './frames.ts'
import { createOutlet, type OutletOptions } from './outlet.ts'

export interface LaneCounts {
  /** Bytes from the sender. */
  readonly bytes: number
  /** Bytes from the sender that were discarded. */
  readonly swallowed: number
  /** Complete WebSocket frames. */
  readonly frames: number
}

/** One direction of a connection. It counts bytes, finds the frames and applies the faults. */
export interface Lane {
  counts(): LaneCounts
  /** Whether it discards all bytes. */
  isSwallowing(): boolean
  accept(chunk: Buffer): void
  /** Calls `then` when everything before has been written. Does nothing while bytes are discarded. */
  finish(then: () => void): void
  /** Calls `act` after this number of further bytes or frames. Everything before is still delivered. */
  arm(unit: AlarmUnit, amount: number, act: () => void): void
  /** Calls `act` in the middle of the next frame, after at most this number of its bytes. */
  cutNextFrame(bytes: number, act: () => void): void
  swallow(): void
  slow(pace: Partial<Pace>): void
  startFrames(): void
  stop(): void
}

export interface LaneOptions extends OutletOptions {
  readonly awaitsResponse: boolean
  readonly onFrame: (frame: FrameHeader) => void
  /** Called when the head of the first HTTP response has passed. */
  readonly onResponse: (status: number) => void
}

export function createLane(options: LaneOptions): Lane {
  const splitter = createSplitter(options)
  const outlet = createOutlet(options)
  const passed = { bytes: 0, frames: 0 }
  const alarms = createAlarms(passed)
  let cut: { readonly bytes: number; readonly act: () => void } | undefined

  /** Splits the bytes at each alarm, so that a fault applies at the exact byte and not at the end of a chunk. */
  function pass(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0 && !outlet.stopped) {
      const part = rest.subarray(0, alarms.distance())
      outlet.forward(part)
      passed.bytes += part.length
      rest = rest.subarray(part.length)
      alarms.runDue()
    }
  }

  function beginFrame(frame: FrameHeader): void {
    options.onFrame(frame)
    if (cut === undefined) return
    // The cut must be inside the frame, even when `bytes` is larger than the frame.
    alarms.set('bytes', passed.bytes + Math.min(cut.bytes, frame.total - 1), cut.act)
    cut = undefined
  }

  function passPiece({ startsFrame, bytes, endsFrame, status }: Piece): void {
    if (outlet.stopped) return
    if (startsFrame !== undefined) beginFrame(startsFrame)
    pass(bytes)
    if (outlet.stopped) return
    if (endsFrame === true) {
      passed.frames += 1
      alarms.runDue()
    }
    if (status !== undefined) options.onResponse(status)
  }

  return {
    counts: () => ({ ...passed, swallowed: outlet.swallowed }),
    isSwallowing: outlet.isSwallowing,
    accept: (chunk) => outlet.batch(() => splitter.split(chunk).forEach(passPiece)),
    finish: outlet.finish,
    arm(unit, amount, act) {
      alarms.set(unit, passed[unit] + amount, () => outlet.afterWrites(act))
      alarms.runDue()
    },
    cutNextFrame: (bytes, act) => void (cut = { bytes, act: () => outlet.afterWrites(act) }),
    swallow: outlet.swallow,
    slow: outlet.slow,
    startFrames: splitter.startFrames,
    stop: outlet.stop,
  }
}
