import { type AlarmUnit, createAlarms } from './alarms.ts'
import { type Pace } from './delay-line.ts'
import { createSplitter, type FrameHeader, type Piece } from './frames.ts'
import { createOutlet, type OutletOptions } from './outlet.ts'

export interface LaneCounts {
  /** Came from the sender, in bytes. */
  readonly bytes: number
  /** Of those, thrown away, in bytes. */
  readonly swallowed: number
  /** Complete WebSocket frames. */
  readonly frames: number
}

/** One direction of a connection: counts what passes, finds the frames, and suffers the faults. */
export interface Lane {
  counts(): LaneCounts
  /** Nothing comes out of it any more. */
  isSwallowing(): boolean
  accept(chunk: Buffer): void
  /** Runs when everything before has been written, unless bytes are being swallowed. */
  finish(then: () => void): void
  /** Acts after so many more bytes or frames; everything before is still delivered. */
  arm(unit: AlarmUnit, amount: number, act: () => void): void
  /** Acts in the middle of the next frame, when at most so many bytes of it have passed. */
  cutNextFrame(bytes: number, act: () => void): void
  swallow(): void
  slow(pace: Partial<Pace>): void
  startFrames(): void
  stop(): void
}

export interface LaneOptions extends OutletOptions {
  readonly awaitsAnswer: boolean
  readonly onFrame: (frame: FrameHeader) => void
  /** The head of the first HTTP answer has passed. */
  readonly onAnswer: (status: number) => void
}

export function createLane(options: LaneOptions): Lane {
  const splitter = createSplitter(options)
  const outlet = createOutlet(options)
  const passed = { bytes: 0, frames: 0 }
  const alarms = createAlarms(passed)
  let cut: { readonly bytes: number; readonly act: () => void } | undefined

  /** Cuts the bytes where an alarm rings, so that a fault strikes at its byte and not at the end of a chunk. */
  function pass(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0 && !outlet.stopped) {
      const part = rest.subarray(0, alarms.distance())
      outlet.forward(part)
      passed.bytes += part.length
      rest = rest.subarray(part.length)
      alarms.ring()
    }
  }

  function beginFrame(frame: FrameHeader): void {
    options.onFrame(frame)
    if (cut === undefined) return
    // A whole frame is not cut in the middle, however many bytes were asked for.
    alarms.set('bytes', passed.bytes + Math.min(cut.bytes, frame.total - 1), cut.act)
    cut = undefined
  }

  function passPiece({ opens, bytes, closes, status }: Piece): void {
    if (outlet.stopped) return
    if (opens !== undefined) beginFrame(opens)
    pass(bytes)
    if (outlet.stopped) return
    if (closes === true) {
      passed.frames += 1
      alarms.ring()
    }
    if (status !== undefined) options.onAnswer(status)
  }

  return {
    counts: () => ({ ...passed, swallowed: outlet.swallowed }),
    isSwallowing: outlet.isSwallowing,
    accept: (chunk) => outlet.batch(() => splitter.split(chunk).forEach(passPiece)),
    finish: outlet.finish,
    arm(unit, amount, act) {
      alarms.set(unit, passed[unit] + amount, () => outlet.afterwards(act))
      alarms.ring()
    },
    cutNextFrame: (bytes, act) => void (cut = { bytes, act: () => outlet.afterwards(act) }),
    swallow: outlet.swallow,
    slow: outlet.slow,
    startFrames: splitter.startFrames,
    stop: outlet.stop,
  }
}
