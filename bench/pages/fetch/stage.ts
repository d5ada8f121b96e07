/** What every contender asks for, as far as it is shown. */
export interface Named {
  readonly name: string
}

/** The place of one component, and what has become of it. */
export interface Seat {
  readonly number: number
  readonly url: string
  /** The blank component shows this. */
  readonly name: string
  renders: number
  seen: boolean
  /** Called when it is seen for the first time. */
  readonly arrive: () => void
  /** Asks again; there where the page was told to. */
  refetch?: () => Promise<unknown>
}

/** What a page can mount. */
export type What = 'live' | 'again' | 'blank'

/** `live` shows what it asked for, `again` also gives the seat its `refetch`, `blank` shows the same without asking. */
export type Show = Record<What, (root: Element, seats: readonly Seat[]) => () => void>

export interface Tally {
  readonly requests: number
  readonly renders: number
  /** Components whose text is not what they asked for. */
  readonly wrong: number
}

/** What the driver calls, as `stage`. */
export interface Stage {
  /** Mounts so many components, each on a URL of its own where `{}` in it becomes its number, and waits until all show data. */
  mount(what: What, count: number, url: string): Promise<void>
  /** Since the last `mount` or `refetch`. */
  tally(): Tally
  /** Lets the first component ask so many times, each after the one before has been rendered. */
  refetch(times: number): Promise<void>
  /** What the requests cost by themselves: asks for so many of them at once, without a component. */
  ask(count: number, url: string): Promise<void>
  clear(): void
}

declare global {
  var stage: Stage
}

const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** What was scheduled with the last answer has been done: a frame, and whatever that leads to. */
async function settled(): Promise<void> {
  await frame()
  await frame()
  await pause(20)
}

/** What those who bring no request of their own are given. */
export const fetcher = (url: string): Promise<Named> => fetch(url).then((response) => response.json())

/** Every component calls this in each render, with the name that it shows. */
export function note(seat: Seat, name: string | undefined): void {
  seat.renders++
  if (name === undefined || seat.seen) return
  seat.seen = true
  seat.arrive()
}

/** How many components stand beside each other. */
const GROUP = 25

/** As they stand in a page: React looks at all that are beside the one that changes, which among a thousand is all that would be measured. */
export function grouped(seats: readonly Seat[]): (readonly Seat[])[] {
  const count = Math.ceil(seats.length / GROUP)
  return Array.from({ length: count }, (_, group) => seats.slice(group * GROUP, (group + 1) * GROUP))
}

const wrongOf = (seats: readonly Seat[], shown: ArrayLike<Element>): number =>
  seats.filter(({ name, number }) => shown[number]?.textContent !== name).length

/** Offers a page to the driver. */
export function offer(show: Show): void {
  const root = document.createElement('main')
  document.body.append(root)
  let seats: readonly Seat[] = []
  let unmount: (() => void) | undefined
  let askedBefore = 0

  const asked = (): number => globalThis.asked?.() ?? 0

  function seated(count: number, url: string, arrive: () => void): readonly Seat[] {
    const nameOf = (number: number) => (url.includes('{}') ? `Ada ${number}` : 'Ada 0')
    return Array.from({ length: count }, (_, number) => ({
      number,
      url: url.replace('{}', String(number)),
      name: nameOf(number),
      renders: 0,
      seen: false,
      arrive,
    }))
  }

  globalThis.stage = {
    async mount(what, count, url) {
      let missing = count
      askedBefore = asked()
      await new Promise<void>((resolve) => {
        seats = seated(count, url, () => void (--missing === 0 && resolve()))
        unmount = show[what](root, seats)
      })
      await settled()
    },
    tally: () => ({
      requests: asked() - askedBefore,
      renders: seats.reduce((total, { renders }) => total + renders, 0),
      wrong: wrongOf(seats, root.querySelectorAll('span')),
    }),
    async refetch(times) {
      askedBefore = asked()
      for (const seat of seats) seat.renders = 0
      for (let time = 0; time < times; time++) {
        await seats[0]?.refetch?.()
        await frame()
      }
      await frame()
    },
    async ask(count, url) {
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
