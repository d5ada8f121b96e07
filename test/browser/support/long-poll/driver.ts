import type { Json, LongPollOptions } from '@tautline/core'
import type { DriverOf, Heard } from '../driver.ts'

/** Of a component that polls for texts. */
export type PollOptions = LongPollOptions<Json, string, Heard>

export type PollDriver = DriverOf<PollOptions>
