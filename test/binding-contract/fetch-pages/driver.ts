import type { UrlOption } from '@tautline/core'
import type { FetchPagesCommands, FetchPagesOptions, FetchPagesSnapshot } from '@tautline/core/fetch'
import type { Hydrated } from '../support/driver.ts'

/** A page of the lists in these scenarios. */
export interface Page {
  readonly items: readonly number[]
  readonly next: number | null
}

export type Options = FetchPagesOptions<Page>
export type PagesShown = Partial<FetchPagesSnapshot<Page>>
export type PagesField = keyof FetchPagesSnapshot<Page>

/** The fields that a component shows by default: all but the tracked ones. */
export const DEFAULT_PAGES_FIELDS: readonly PagesField[] = [
  'status',
  'pages',
  'error',
  'isFetchingNext',
  'isFetchingPrevious',
  'hasNext',
  'hasPrevious',
]

/** A mounted component with `useFetchPages`. */
export interface MountedPages extends FetchPagesCommands<Page> {
  /** The fields of each render, oldest first. */
  readonly renders: readonly PagesShown[]
  /** The fields of the last render. */
  readonly shown: PagesShown
  /** The commands of the last render. */
  readonly commands: FetchPagesCommands<Page>
  /** Renders the component with another URL and other options. */
  rerender(url: UrlOption, options?: Options): void
  unmount(): void
}

/** What a scenario needs from a framework for `useFetchPages`. */
export interface PagesDriver {
  /** Mounts a component and runs its effects, twice if the framework does so in development. */
  mount(url: UrlOption, options: Options, shows: readonly PagesField[]): MountedPages
  /** Returns the HTML of a component that shows status and pages, rendered on a server. */
  renderOnServer(url: UrlOption, options: Options): Promise<string>
  /** Hydrates what `renderOnServer` returned. */
  hydrate(html: string, url: UrlOption, options: Options): Hydrated<PagesShown>
}
