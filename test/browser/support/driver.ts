import { afterEach } from 'vitest'
import type { Snapshot, UrlOption, WebSocketOptions } from '@tautline/core'

/** What a hook has been told so far. */
export interface Heard {
  readonly count: number
  readonly newest: string | undefined
}

export type Options = WebSocketOptions<string, string, Heard>

/** What the component shows, as it rendered it last. */
export type Shown = Pick<Snapshot<Heard>, 'status' | 'data' | 'error' | 'waitingFor'>

/** A component that is on the page. */
export interface Mounted {
  readonly shown: Shown
  /** What the page says. */
  readonly text: string
  /** How often the component has rendered. */
  readonly renders: number
  /** Each status that was rendered, in order. */
  readonly statuses: readonly string[]
  send(message: string): string
  setUrl(url: UrlOption): void
  unmount(): void
}

/** The same component in one of the frameworks. */
export interface Driver {
  readonly name: string
  mount(url: UrlOption, options: Options): Mounted
}

/** What a component notes while it renders. */
export interface Notes {
  shown: Shown
  renders: number
  readonly statuses: string[]
}

export function createNotes(): Notes & { note(shown: Shown): string } {
  const notes: Notes = {
    shown: { status: 'idle', data: { count: 0, newest: undefined }, error: undefined, waitingFor: undefined },
    renders: 0,
    statuses: [],
  }
  return Object.assign(notes, {
    note({ status, data, error, waitingFor }: Shown) {
      notes.shown = { status, data, error, waitingFor }
      notes.renders += 1
      if (notes.statuses.at(-1) !== status) notes.statuses.push(status)
      return `${status}: ${data.count}, ${data.newest ?? 'nothing yet'}`
    },
  })
}

const onPage = new Set<() => void>()

// What a test has left there. What it has taken away itself is not held until its end: some look at the heap.
afterEach(() => {
  for (const takeAway of onPage) takeAway()
})

/** Makes a place on the page; `takeAway` runs once, when the component is unmounted or the test ends. */
export function createPlace(takeAway: () => void): { readonly place: HTMLElement; unmount(): void } {
  const place = document.body.appendChild(document.createElement('main'))
  const unmount = () => {
    if (!onPage.delete(unmount)) return
    takeAway()
    place.remove()
  }
  onPage.add(unmount)
  return { place, unmount }
}
