import { afterEach } from 'vitest'
import type { AnyFetchOptions, FetchCommands, FetchSnapshot, TrackedField, UrlOption } from '@tautline/core'

/** The last render of the component. It reads only the chosen ones of the tracked fields. */
export type ShownFetch<Body> = Pick<FetchSnapshot<Body | undefined>, 'status' | 'data' | 'error'> &
  Partial<Pick<FetchSnapshot<Body | undefined>, TrackedField>>

/** A mounted component with `useFetch`. */
export interface MountedFetch<Body> {
  readonly shown: ShownFetch<Body>
  /** Each render, in order. */
  readonly history: readonly ShownFetch<Body>[]
  /** Each status that was rendered, in order. */
  readonly statuses: readonly string[]
  /** The text on the page. */
  readonly text: string
  readonly renders: number
  /** Calls a function of the hook's latest result. */
  readonly commands: FetchCommands<Body, Body>
  setUrl(url: UrlOption): void
  unmount(): void
}

/** The same component for each framework. */
export interface FetchDriver {
  readonly name: string
  /** @param reads the tracked fields that the component shows */
  mount<Body>(url: UrlOption, options?: AnyFetchOptions, reads?: readonly TrackedField[]): MountedFetch<Body>
}

const onPage = new Set<() => void>()

// Unmounts what a test has left mounted. Components that a test has unmounted itself are released at once, because some
// tests measure the heap.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/** Creates an element on the page, and records what a component shows there. `takeAway` runs once. */
export function createFetchMountPoint<Body>(takeAway: () => void) {
  const mountPoint = document.body.appendChild(document.createElement('main'))
  const unmount = () => {
    if (!onPage.delete(unmount)) return
    takeAway()
    mountPoint.remove()
  }
  onPage.add(unmount)
  const history: ShownFetch<Body>[] = []
  const statuses: string[] = []
  return {
    mountPoint,
    /** Records a render, and returns the text to show. */
    note(shown: ShownFetch<Body>): string {
      history.push(shown)
      if (statuses.at(-1) !== shown.status) statuses.push(shown.status)
      return `${shown.status}: ${JSON.stringify(shown.data) ?? 'nothing yet'}`
    },
    seen: {
      get shown() {
        const newest = history.at(-1)
        if (!newest) throw new Error('Nothing was rendered yet')
        return newest
      },
      get text() {
        return mountPoint.textContent
      },
      get renders() {
        return history.length
      },
      history,
      statuses,
      unmount,
    },
  }
}
