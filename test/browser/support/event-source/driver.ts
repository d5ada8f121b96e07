import type { EventSourceOptions } from '@tautline/core'
import type { DriverOf, Heard } from '../driver.ts'

/** Of a component that reads a stream of texts. */
export type StreamOptions = EventSourceOptions<string, undefined, Heard>

export type StreamDriver = DriverOf<StreamOptions>
