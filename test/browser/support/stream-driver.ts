import type { EventSourceOptions, UrlOption } from '@tautline/core'
import type { Heard, Shown } from './driver.ts'

/** Of a component that reads a stream of texts. */
export type StreamOptions = EventSourceOptions<string, undefined, Heard>

/** A component that is on the page. */
export interface MountedStream {
  readonly shown: Shown
  /** What the page says. */
  readonly text: string
  /** How often the component has rendered. */
  readonly renders: number
  /** Each status that was rendered, in order. */
  readonly statuses: readonly string[]
  close(): void
  setUrl(url: UrlOption): void
  unmount(): void
}

/** The same component in one of the frameworks. */
export interface StreamDriver {
  readonly name: string
  mount(url: UrlOption, options: StreamOptions): MountedStream
}
