/** The part of the fetched data that is shown. */
export interface Named {
  readonly name: string
}

/** The parameters and the counts of one component. */
export interface Seat {
  readonly number: number
  readonly url: string
  /** The expected text. The blank component shows it. */
  readonly name: string
  renders: number
  seen: boolean
  /** Called when the component first shows its data. */
  readonly onShown: () => void
  /** Refetches. Only set by the `again` component. */
  refetch?: () => Promise<unknown>
}

/** The kinds of components that a page can mount. */
export type What = 'live' | 'again' | 'blank'

/** `live` fetches and shows data, `again` also sets `refetch` on the seat, `blank` shows the same without a request. */
export type Show = Record<What, (root: Element, seats: readonly Seat[]) => () => void>

export interface Tally {
  readonly requests: number
  readonly renders: number
  /** Components with the wrong text. */
  readonly wrong: number
}

/** The interface for the driver, as the global `stage`. */
export interface Stage {
  /** Mounts components, and waits until all show data. `{}` in the URL is replaced by the number of the component. */
  mount(what: What, count: number, url: string): Promise<void>
  /** The counts since the last `mount` or `refetch`. */
  tally(): Tally
  /** Refetches in the first component repeatedly, each time after the previous render. */
  refetch(times: number): Promise<void>
  /** Sends requests at the same time without components, to measure them alone. */
  request(count: number, url: string): Promise<void>
  clear(): void
}

declare global {
  var stage: Stage
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits for the frame after the last response, and for work that it schedules. */
async function settled(): Promise<void> {
  await frame()
  await frame()
  await pause(20)
}

/** The fetcher for libraries that do not include one. */
export const fetcher = (url: string): Promise<Named> => fetch(url).then((response) => response.json())

/** Counts a render. Every component calls it with the name that it shows. */
export function note(seat: Seat, name: string | undefined): void {
  seat.renders++
  if (name === undefined || seat.seen) return
  seat.seen = true
  seat.onShown()
}

/** The number of components in one parent element. */
const GROUP = 25

/** Groups the components, as in a real page. React checks all siblings of a changed component, and with a thousand siblings that would dominate the result. */
export function grouped(seats: readonly Seat[]): (readonly Seat[])[] {
  const count = Math.ceil(seats.length / GROUP)
  return Array.from({ length: count }, (_, group) => seats.slice(group * GROUP, (group + 1) * GROUP))
}

const wrongOf = (seats: readonly Seat[], shown: ArrayLike<Element>): number =>
  seats.filter(({ name, number }) => shown[number]?.textContent !== name).length

/** Makes a page available to the driver. */
export function offer(show: Show): void {
  const root = document.createElement('main')
  document.body.append(root)
  let seats: readonly Seat[] = []
  let unmount: (() => void) | undefined
  let requestsBefore = 0

  const countRequests = (): number => globalThis.requestCount?.() ?? 0

  function seated(count: number, url: string, onShown: () => void): readonly Seat[] {
    const nameOf = (number: number) => (url.includes('{}') ? `Ada ${number}` : 'Ada 0')
    return Array.from({ length: count }, (_, number) => ({
      number,
      url: url.replace('{}', String(number)),
      name: nameOf(number),
      renders: 0,
      seen: false,
      onShown,
    }))
  }

  globalThis.stage = {
    async mount(what, count, url) {
      let missing = count
      requestsBefore = countRequests()
      await new Promise<void>((resolve) => {
        seats = seated(count, url, () => void (--missing === 0 && resolve()))
        unmount = show[what](root, seats)
      })
      await settled()
    },
    tally: () => ({
      requests: countRequests() - requestsBefore,
      renders: seats.reduce((total, { renders }) => total + renders, 0),
      wrong: wrongOf(seats, root.querySelectorAll('span')),
    }),
    async refetch(times) {
      requestsBefore = countRequests()
      for (const seat of seats) seat.renders = 0
      for (let time = 0; time < times; time++) {
        await seats[0]?.refetch?.()
        await frame()
      }
      await frame()
    },
    async request(count, url) {
      const urls = Array.from({ length: count }, (_, number) => url.replace('{}', String(number)))
      await Promise.all(urls.map(fetcher))
      await settled()
    },
    clear() {
      unmount?.()
      unmount = undefined
      seats = []
      root.textContent = ''
    },
  }
}
