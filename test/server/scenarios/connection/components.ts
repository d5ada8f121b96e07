import { expect, onTestFinished, test } from 'vitest'
import type { TautlineError, TransportOption } from '@tautline/core'
import {
  type Item,
  type Network,
  createLiveTransports,
  expectNothingOpen,
  networks,
  numbers,
} from './broken-networks.ts'

/** What each of the components passes to its hook. */
export interface ComponentProps {
  /** Called in each render. */
  readonly createTransports: () => readonly TransportOption[]
  readonly onMessage: (message: Item) => void
  readonly onError: (error: TautlineError) => void
  /** Called with what each render shows. */
  readonly onRender: (transport: string | undefined) => void
}

/** Two components with the same connection. */
export interface MountedPair {
  /** Shows the second component or not. */
  show(isShown: boolean): void
  unmount(): void
}

/** Mounts two components with `useConnection` of one framework. */
export type MountPair = (first: ComponentProps, second: ComponentProps) => MountedPair

const [silent, frozen, heldBack, pollsCut] = [
  'WebSocket opens and is silent',
  'WebSocket frozen, and new ones silent',
  'events held back',
  'polls cut',
].map((name) => networks.find((network) => network[0] === name))

const down: Network = [
  'every transport down and back',
  async (live) => {
    await live.fault('all', 'down')
    // Until then the components change several times.
    setTimeout(() => void live.heal(), 700)
  },
]

/** The networks on which components are mounted and unmounted: one for each way in which transports change. */
const selected = [silent, frozen, heldBack, pollsCut, down].filter((network) => network !== undefined)

/** Two components receive 2,000 messages on networks that break. One of them unmounts and mounts every 100 messages. */
export function componentsOnBrokenNetworks(server: () => string, mountPair: MountPair): void {
  test.each(selected)('%s: 2,000 messages arrive once and in order', async (_, breakIt) => {
    const { live, createTransports } = createLiveTransports(server())
    const received: number[] = []
    /** What the second component has received, each time it was mounted. */
    const visits: number[][] = []
    const gaps: TautlineError[] = []
    let transport: string | undefined
    const common = {
      createTransports,
      onError: (error: TautlineError) => void (error.code === 'gap' && gaps.push(error)),
    }
    const pair = mountPair(
      {
        ...common,
        onRender: (shown) => void (transport = shown),
        onMessage({ seq }) {
          received.push(seq)
          if (seq % 100 !== 0) return
          const isShown = seq % 200 === 0
          setTimeout(() => {
            if (isShown) visits.push([])
            pair.show(isShown)
          })
        },
      },
      { ...common, onRender() {}, onMessage: ({ seq }) => void visits.at(-1)?.push(seq) },
    )
    onTestFinished(() => pair.unmount())
    await expect.poll(() => transport).toBe('web-socket')
    await live.publish(600, { rate: 3_000 })
    await expect.poll(() => received.length).toBe(600)
    await breakIt(live)
    await live.publish(900, { rate: 1_500 })
    await expect.poll(() => received.length, { timeout: 30_000 }).toBe(1_500)
    await live.heal()
    await live.publish(500, { rate: 700 })
    await expect.poll(() => received.length, { timeout: 30_000 }).toBe(2_000)
    await expect.poll(() => transport, { timeout: 30_000 }).toBe('web-socket')
    expect(received).toEqual(numbers(2_000))
    expect(gaps).toEqual([])
    // The last one may begin later.
    expect(visits.length).toBeGreaterThanOrEqual(9)
    expect(visits.flat().length).toBeGreaterThan(100)
    for (const visit of visits) {
      const [first = 0] = visit
      expect(visit).toEqual(visit.map((__, index) => first + index))
    }
    pair.unmount()
    await expectNothingOpen(live)
  })
}
