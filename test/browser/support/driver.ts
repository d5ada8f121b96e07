import { afterEach } from 'vitest'
import type { Snapshot, UrlOption, WebSocketOptions } from '@tautline/core'

/** What a hook has been told so far. */
export interface Received {
  readonly count: number
  readonly newest: string | undefined
}

/** What the component shows, as it rendered it last. */
export type Shown = Pick<Snapshot<Received>, 'status' | 'data' | 'error' | 'waitingFor'>

/** A component that is on the page. */
export interface OnPage {
  readonly shown: Shown
  /** What the page says. */
  readonly text: string
  /** How often the component has rendered. */
  readonly renders: number
  /** Each status that was rendered, in order. */
  readonly statuses: readonly string[]
  setUrl(url: UrlOption): void
  unmount(): void
}

/** A component with one hook, the same in each of the frameworks. `Own` is what tests ask of this hook alone. */
export interface DriverOf<Options, Own = unknown> {
  readonly name: string
  mount(url: UrlOption, options: Options): OnPage & Own
}

/** Of a component with `useWebSocket`. */
export type Options = WebSocketOptions<string, string, Received>

export interface Sending {
  send(message: string): string
}

export type Mounted = OnPage & Sending
export type Driver = DriverOf<Options, Sending>

/** Sends by what the hook has given back last. */
export const sending = (newest: () => Sending): Sending => ({ send: (message) => newest().send(message) })

const onPage = new Set<() => void>()

// What a test has left there. What it has taken away itself is not held until its end: some look at the heap.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/**
 * Makes a place on the page, and writes down what a component shows there. `takeAway` runs once, when the component is unmounted or
 * the test ends.
 */
export function createMountPoint(takeAway: () => void) {
  const mountPoint = document.body.appendChild(document.createElement('main'))
  const unmount = () => {
    if (!onPage.delete(unmount)) return
    takeAway()
    mountPoint.remove()
  }
  onPage.add(unmount)
  let shown: Shown = {
    status: 'idle',
    data: { count: 0, newest: undefined },
    error: undefined,
    waitingFor: undefined,
  }
  let renders = 0
  const statuses: string[] = []
  return {
    mountPoint,
    /** Is told of every render, and says what is to stand on the page. */
    note({ status, data, error, waitingFor }: Shown): string {
      shown = { status, data, error, waitingFor }
      renders += 1
      if (statuses.at(-1) !== status) statuses.push(status)
      return `${status}: ${data.count}, ${data.newest ?? 'nothing yet'}`
    },
    seen: {
      get shown() {
        return shown
      },
      get text() {
        return mountPoint.textContent
      },
      get renders() {
        return renders
      },
      statuses,
      unmount,
    },
  }
}
