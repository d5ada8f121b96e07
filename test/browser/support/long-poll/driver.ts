import type { Json, LongPollOptions } from '@tautline/core'
import type { DriverOf, Received } from '../driver.ts'

/** A component that polls for texts. */
export type PollOptions = LongPollOptions<Json, string, Received>

export type PollDriver = DriverOf<PollOptions>
