import { afterEach } from 'vitest'
import type { Snapshot, UrlOption, WebSocketOptions } from '@tautline/core'

/** Everything that a hook has received so far. */
export interface Received {
  readonly count: number
  readonly newest: string | undefined
}

/** The text of the component's last render. */
export type Shown = Pick<Snapshot<Received>, 'status' | 'data' | 'error' | 'waitingFor'>

/** A mounted component. */
export interface OnPage {
  readonly shown: Shown
  /** The text on the page. */
  readonly text: string
  /** How often the component has rendered. */
  readonly renders: number
  /** Each status that was rendered, in order. */
  readonly statuses: readonly string[]
  setUrl(url: UrlOption): void
  unmount(): void
}

/** A component with one hook, the same for each framework. `Own` is what tests need of this hook only. */
export interface DriverOf<Options, Own = unknown> {
  readonly name: string
  mount(url: UrlOption, options: Options): OnPage & Own
}

/** What tests need of a component with `useWebSocket`. */
export type Options = WebSocketOptions<string, string, Received>

export interface Sending {
  send(message: string): string
}

export type Mounted = OnPage & Sending
export type Driver = DriverOf<Options, Sending>

/** Sends with the hook's latest result. */
export const sending = (newest: () => Sending): Sending => ({ send: (message) => newest().send(message) })

const onPage = new Set<() => void>()

// Unmounts what a test has left mounted. Components that a test has unmounted itself are released at once, because some
// tests measure the heap.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/**
 * Creates an element on the page, and records what a component shows there. `takeAway` runs once, when the component unmounts or
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
    /** Records a render, and returns the text to show. */
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
