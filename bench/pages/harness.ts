/** What one component has seen. */
export interface Seat {
  readonly number: number
  /** Messages that its callback got. */
  heard: number
  /** Characters in the value that it showed, or would show, last. */
  folded: number
  renders: number
}

/** What a page can mount: a component for each seat. */
export interface Show {
  /** With a connection, to this URL. */
  live(root: Element, seats: readonly Seat[], url: string): () => void
  /** With the hook, and nothing to connect to. */
  idle?(root: Element, seats: readonly Seat[]): () => void
  /** The same component without the hook. */
  blank?(root: Element, seats: readonly Seat[]): () => void
}

/** The fold that every contender runs on every message. */
export function fold(length: number, message: unknown): number {
  return length + (typeof message === 'string' ? message.length : 0)
}

export interface Tally {
  heard: number
  folded: number
  renders: number
  /** Frames that passed, and the most renders that one component had in one of them; only when it was asked for. */
  frames: number
  mostInFrame: number
}

/** What the driver calls, as `bench`. */
export interface Bench {
  live(count: number, url: string): void
  idle(count: number): void
  blank(count: number): void
  clear(): void
  /** How many components have heard anything. */
  awake(): number
  /** Starts counting anew; `frames` looks at every frame, which costs time. */
  reset(frames: boolean): void
  /** Waits until the callbacks have got so many, or nothing has come for so many ms (20 s), and what is due has been rendered. */
  heard(total: number, patience?: number): Promise<Tally>
}

declare global {
  var bench: Bench
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Offers a page to the driver. */
export function offer(show: Show): void {
  const root = document.createElement('main')
  document.body.append(root)
  let seats: Seat[] = []
  let unmount: (() => void) | undefined
  let frames = 0
  let mostInFrame = 0
  let watching = false
  let foldedBefore = 0

  const seat = (count: number): readonly Seat[] =>
    (seats = Array.from({ length: count }, (_, number) => ({ number, heard: 0, folded: 0, renders: 0 })))
  const sum = (field: 'heard' | 'folded' | 'renders'): number =>
    seats.reduce((total, seat) => total + seat[field], 0)

  async function watchFrames(): Promise<void> {
    let before = seats.map(({ renders }) => renders)
    while (watching) {
      await frame()
      frames++
      const now = seats.map(({ renders }) => renders)
      mostInFrame = Math.max(mostInFrame, ...now.map((renders, number) => renders - (before[number] ?? 0)))
      before = now
    }
  }

  globalThis.bench = {
    live: (count, url) => void (unmount = show.live(root, seat(count), url)),
    idle: (count) => void (unmount = show.idle?.(root, seat(count))),
    blank: (count) => void (unmount = show.blank?.(root, seat(count))),
    clear() {
      foldedBefore = 0
      unmount?.()
      unmount = undefined
      seats = []
      root.textContent = ''
    },
    awake: () => seats.filter(({ heard }) => heard > 0).length,
    reset(wanted) {
      // A fold goes on from where it was.
      foldedBefore = sum('folded')
      for (const seat of seats) seat.heard = seat.renders = 0
      frames = mostInFrame = 0
      watching = wanted
      if (wanted) void watchFrames()
    },
    async heard(total, patience = 20_000) {
      let quiet = 0
      for (let before = -1; sum('heard') < total && quiet < patience; before = sum('heard')) {
        quiet = sum('heard') === before ? quiet + 20 : 0
        await pause(20)
      }
      // What was scheduled with the last message: a frame, and whatever that leads to.
      await frame()
      await frame()
      await pause(20)
      watching = false
      return {
        heard: sum('heard'),
        folded: sum('folded') - foldedBefore,
        renders: sum('renders'),
        frames,
        mostInFrame,
      }
    },
  }
}
