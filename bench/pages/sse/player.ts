/** Opens a stream, and calls `onData` with the data of each event. Returns a function that closes it. `how` is an option of the page. */
type Listen = (url: string, onData: (data: string) => void, how: string) => () => void

/** The result of reading one stream. */
export interface Played {
  readonly events: number
  /** The number of characters of all data. */
  readonly length: number
  /** The time from the opening to the last event, in ms. */
  readonly wall: number
  /** The times between animation frames while events arrive, in ms. Only measured on request. */
  readonly gaps: readonly number[]
}

/** The interface for the driver, as the global `player`. */
interface Player {
  /** Reads a stream until this number of events has arrived, or none for 20 s. */
  play(url: string, total: number, how: string, frames: boolean): Promise<Played>
}

declare global {
  var player: Player
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Makes a way to read a stream available to the driver. */
export function offerPlayer(listen: Listen): void {
  globalThis.player = {
    async play(url, total, how, frames) {
      await frame()
      let [events, length, wall] = [0, 0, 0]
      const since = performance.now()
      let end = (): void => {}
      const ended = new Promise<void>((resolve) => (end = resolve))
      // The only work on an event that does not belong to the contender.
      const onData = (data: string): void => {
        length += data.length
        if (++events !== total) return
        wall = performance.now() - since
        end()
      }
      const due = (): boolean => wall === 0
      const gaps = frames ? watch(due) : []
      const close = listen(url, onData, how)
      await Promise.race([ended, untilSilent(() => events, due)])
      // Waits for duplicate events.
      await frame()
      await frame()
      close()
      return { events, length, wall, gaps }
    },
  }
}

/** Returns an array that it fills while events arrive. */
function watch(due: () => boolean): readonly number[] {
  const gaps: number[] = []
  let before = performance.now()
  const look = (): void => {
    // Not the timestamp of the frame, which is the scheduled time.
    const now = performance.now()
    gaps.push(now - before)
    before = now
    if (due()) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  return gaps
}

async function untilSilent(count: () => number, due: () => boolean): Promise<void> {
  let before = -1
  for (let silentSeconds = 0; due() && silentSeconds < 20; before = count()) {
    await pause(1000)
    silentSeconds = count() === before ? silentSeconds + 1 : 0
  }
}
