import { afterEach } from 'vitest'
import type { AnyFetchOptions, FetchCommands, FetchSnapshot, TrackedField, UrlOption } from '@tautline/core'

/** What the component shows, as it rendered it last: of the quiet fields those that it reads. */
export type ShownFetch<Body> = Pick<FetchSnapshot<Body | undefined>, 'status' | 'data' | 'error'> &
  Partial<Pick<FetchSnapshot<Body | undefined>, TrackedField>>

/** A component with `useFetch` that is on the page. */
export interface MountedFetch<Body> {
  readonly shown: ShownFetch<Body>
  /** Each render, in order. */
  readonly history: readonly ShownFetch<Body>[]
  /** Each status that was rendered, in order. */
  readonly statuses: readonly string[]
  /** What the page says. */
  readonly text: string
  readonly renders: number
  /** By what the hook has given back last. */
  readonly commands: FetchCommands<Body, Body>
  setUrl(url: UrlOption): void
  unmount(): void
}

/** Such a component, the same in each of the frameworks. */
export interface FetchDriver {
  readonly name: string
  /** @param reads the quiet fields that the component shows */
  mount<Body>(url: UrlOption, options?: AnyFetchOptions, reads?: readonly TrackedField[]): MountedFetch<Body>
}

const onPage = new Set<() => void>()

// What a test has left there. What it has taken away itself is not held until its end: some look at the heap.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/** Makes a place on the page, and writes down what a component shows there. `takeAway` runs once. */
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
    /** Is told of every render, and says what is to stand on the page. */
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
