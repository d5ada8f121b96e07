import type { EventSourceOptions } from '@tautline/core'
import type { DriverOf, Received } from '../driver.ts'

/** A component that reads a stream of texts. */
export type StreamOptions = EventSourceOptions<string, undefined, Received>

export type StreamDriver = DriverOf<StreamOptions>
