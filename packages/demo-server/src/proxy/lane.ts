import { type Socket } from 'node:net'
import { createDelayLine } from './delay-line.ts'
import { createSplitter, type FrameHeader, type Piece } from './frames.ts'

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
  readonly counts: LaneCounts
  /** Nothing comes out of it any more. */
  readonly swallowing: boolean
  accept(chunk: Buffer): void
  /** Runs when everything before has been written, unless bytes are being swallowed. */
  finish(then: () => void): void
  /** Acts after so many more bytes or frames; everything before is still delivered. */
  arm(unit: 'bytes' | 'frames', amount: number, act: () => void): void
  /** Acts in the middle of the next frame, when at most so many bytes of it have passed. */
  cutNextFrame(bytes: number, act: () => void): void
  swallow(): void
  slow(pace: { readonly ms?: number; readonly bytesPerSecond?: number }): void
  startFrames(): void
  stop(): void
}

export interface LaneOptions {
  readonly source: () => Socket | undefined
  readonly destination: () => Socket | undefined
  readonly awaitsAnswer: boolean
  readonly onFrame: (frame: FrameHeader) => void
  /** The head of the first HTTP answer has passed. */
  readonly onAnswer: (status: number) => void
}

interface Alarm {
  readonly unit: 'bytes' | 'frames'
  readonly at: number
  readonly act: () => void
}

const MAX_HELD = 1024 * 1024

export function createLane({ source, destination, awaitsAnswer, onFrame, onAnswer }: LaneOptions): Lane {
  const splitter = createSplitter({ awaitsAnswer })
  const line = createDelayLine(write, resume)
  const counts = { bytes: 0, swallowed: 0, frames: 0 }
  let alarms: Alarm[] = []
  let cut: { readonly bytes: number; readonly act: () => void } | undefined
  let swallowing = false
  let stopped = false
  let awaitsDrain = false

  function resume(): void {
    const full = line.level > MAX_HELD || destination()?.writableNeedDrain === true
    if (!full) source()?.resume()
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

  function forward(bytes: Buffer): void {
    if (stopped || bytes.length === 0) return
    if (swallowing) counts.swallowed += bytes.length
    else line.push(bytes)
    if (line.level > MAX_HELD) source()?.pause()
  }

  function ring(): void {
    const due = alarms.filter((alarm) => counts[alarm.unit] >= alarm.at)
    if (due.length === 0) return
    alarms = alarms.filter((alarm) => !due.includes(alarm))
    for (const alarm of due) alarm.act()
  }

  /** Cuts the bytes where an alarm rings, so that a fault strikes at its byte and not at the end of a chunk. */
  function pass(bytes: Buffer): void {
    let rest = bytes
    while (rest.length > 0 && !stopped) {
      const stops = alarms.filter((alarm) => alarm.unit === 'bytes').map((alarm) => alarm.at - counts.bytes)
      const part = rest.subarray(0, Math.min(rest.length, ...stops))
      forward(part)
      counts.bytes += part.length
      rest = rest.subarray(part.length)
      ring()
    }
  }

  function passPiece(piece: Piece): void {
    if (piece.opens !== undefined) {
      onFrame(piece.opens)
      if (cut !== undefined) {
        // A whole frame is not cut in the middle, however many bytes were asked for.
        const bytes = Math.min(cut.bytes, piece.opens.total - 1)
        alarms.push({ unit: 'bytes', at: counts.bytes + bytes, act: cut.act })
        cut = undefined
      }
    }
    pass(piece.bytes)
    if (stopped) return
    if (piece.closes === true) {
      counts.frames += 1
      ring()
    }
    if (piece.status !== undefined) onAnswer(piece.status)
  }

  return {
    counts,
    get swallowing() {
      return swallowing
    },
    accept(chunk) {
      const target = destination()
      // Corked, because a write for every frame would be a system call for every frame.
      target?.cork()
      for (const piece of splitter.split(chunk)) {
        if (!stopped) passPiece(piece)
      }
      target?.uncork()
    },
    finish(then) {
      if (!stopped && !swallowing) line.push(then)
    },
    arm(unit, amount, act) {
      alarms.push({ unit, at: counts[unit] + amount, act: () => line.push(act) })
      ring()
    },
    cutNextFrame(bytes, act) {
      cut = { bytes, act: () => line.push(act) }
    },
    swallow() {
      swallowing = true
    },
    slow: line.slow,
    startFrames: splitter.startFrames,
    stop() {
      stopped = true
      line.stop()
      alarms = []
    },
  }
}
