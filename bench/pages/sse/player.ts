/** Opens a stream and says the data of each event; what comes back closes it. `how`: one of the page's ways. */
type Listen = (url: string, hear: (data: string) => void, how: string) => () => void

/** What a page has had of one stream. */
export interface Played {
  readonly events: number
  /** Characters of all data. */
  readonly length: number
  /** From the opening to the last event, in ms. */
  readonly wall: number
  /** From one animation frame to the next while events were due, in ms; only when it was asked for. */
  readonly gaps: readonly number[]
}

/** What the driver calls, as `player`. */
interface Player {
  /** Plays a stream until so many events are there, or none has come for 20 s. */
  play(url: string, total: number, how: string, frames: boolean): Promise<Played>
}

declare global {
  var player: Player
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Offers a way to have the events of a stream to the driver. */
export function offerPlayer(listen: Listen): void {
  globalThis.player = {
    async play(url, total, how, frames) {
      await frame()
      let [events, length, wall] = [0, 0, 0]
      const since = performance.now()
      let end = (): void => {}
      const ended = new Promise<void>((resolve) => (end = resolve))
      // All of the work on an event that is not the contender's.
      const hear = (data: string): void => {
        length += data.length
        if (++events !== total) return
        wall = performance.now() - since
        end()
      }
      const due = (): boolean => wall === 0
      const gaps = frames ? watch(due) : []
      const close = listen(url, hear, how)
      await Promise.race([ended, silence(() => events, due)])
      // Whatever comes once too often comes now.
      await frame()
      await frame()
      close()
      return { events, length, wall, gaps }
    },
  }
}

/** Fills what it gives back while events are due. */
function watch(due: () => boolean): readonly number[] {
  const gaps: number[] = []
  let before = performance.now()
  const look = (): void => {
    // Not the time that the frame says: that is when it should have been.
    const now = performance.now()
    gaps.push(now - before)
    before = now
    if (due()) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
  return gaps
}

async function silence(count: () => number, due: () => boolean): Promise<void> {
  let before = -1
  for (let quiet = 0; due() && quiet < 20; before = count()) {
    await pause(1000)
    quiet = count() === before ? quiet + 1 : 0
  }
}
