/** The counts of one component. */
export interface Seat {
  readonly number: number
  /** Messages that its callback received. */
  received: number
  /** Characters in its latest value. */
  folded: number
  renders: number
}

/** What a page can mount: one component for each seat. */
export interface Show {
  /** Mounts components with a connection to this URL. */
  live(root: Element, seats: readonly Seat[], url: string): () => void
  /** Mounts components with the hook, but without a connection. */
  idle?(root: Element, seats: readonly Seat[]): () => void
  /** Mounts the same components without the hook. */
  blank?(root: Element, seats: readonly Seat[]): () => void
}

/** The reducer that every contender runs on every message. */
export function fold(length: number, message: unknown): number {
  return length + (typeof message === 'string' ? message.length : 0)
}

export interface Tally {
  received: number
  folded: number
  renders: number
  /** The number of frames, and the most renders of one component in one frame. Only measured on request. */
  frames: number
  mostInFrame: number
}

/** The interface for the driver, as the global `bench`. */
export interface Bench {
  live(count: number, url: string): void
  idle(count: number): void
  blank(count: number): void
  clear(): void
  /** The number of components that have received a message. */
  awake(): number
  /** Resets the counts. `frames` also watches every frame, which costs time. */
  reset(frames: boolean): void
  /** Waits until the callbacks have received this number of messages, or none for `timeout` ms, and all is rendered. @param timeout 20 s by default */
  waitForMessages(total: number, timeout?: number): Promise<Tally>
}

declare global {
  var bench: Bench
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Makes a page available to the driver. */
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
    (seats = Array.from({ length: count }, (_, number) => ({ number, received: 0, folded: 0, renders: 0 })))
  const sum = (field: 'received' | 'folded' | 'renders'): number =>
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
    awake: () => seats.filter(({ received }) => received > 0).length,
    reset(wanted) {
      // The values are not reset, so their length is subtracted later.
      foldedBefore = sum('folded')
      for (const seat of seats) seat.received = seat.renders = 0
      frames = mostInFrame = 0
      watching = wanted
      if (wanted) void watchFrames()
    },
    async waitForMessages(total, timeout = 20_000) {
      let silentMs = 0
      for (let before = -1; sum('received') < total && silentMs < timeout; before = sum('received')) {
        silentMs = sum('received') === before ? silentMs + 20 : 0
        await pause(20)
      }
      // Waits for the frame after the last message, and for work that it schedules.
      await frame()
      await frame()
      await pause(20)
      watching = false
      return {
        received: sum('received'),
        folded: sum('folded') - foldedBefore,
        renders: sum('renders'),
        frames,
        mostInFrame,
      }
    },
  }
}
