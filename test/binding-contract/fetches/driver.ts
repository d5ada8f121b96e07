import type { UrlOption } from '@tautline/core'
import type { AnyFetchOptions, FetchCommands, FetchSnapshot } from '@tautline/core/fetch'
import type { DefaultOptions } from '@tautline/react'
import type { Hydrated } from '../support/driver.ts'

/** A request of a list in these scenarios. */
export type Request = Omit<AnyFetchOptions, 'reduce'> & { readonly url: UrlOption }

export type ListField = keyof FetchSnapshot<unknown>
/** The fields of each request in one render. */
export type ListShown = readonly Partial<FetchSnapshot<unknown>>[]

/** The fields that a component shows by default. */
export const DEFAULT_LIST_FIELDS: readonly ListField[] = ['status', 'data', 'error']

/** A mounted component with `useFetches`. */
export interface MountedList {
  /** The fields of each render, oldest first. */
  readonly renders: readonly ListShown[]
  /** The results of the last render. */
  readonly results: readonly (Partial<FetchSnapshot<unknown>> & FetchCommands<unknown, unknown>)[]
  /** Renders the component with another list. */
  rerender(requests: readonly Request[]): void
  unmount(): void
}

/** What a scenario needs from a framework for `useFetches`. */
export interface ListDriver {
  /** Mounts a component and runs its effects, twice if the framework does so in development. */
  mount(
    requests: readonly Request[],
    shows: readonly ListField[],
    defaults: DefaultOptions | undefined,
  ): MountedList
  /** Returns the HTML of a component that shows status and data, rendered on a server. */
  renderOnServer(requests: readonly Request[]): Promise<string>
  /** Hydrates what `renderOnServer` returned. */
  hydrate(html: string, requests: readonly Request[]): Hydrated<ListShown>
}
