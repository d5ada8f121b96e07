import type { AckParts } from './acks.ts'
import type { PlainWebSocketOptions } from './options.ts'
import type { ResumableParts } from './resume.ts'

/** The options for any message types, with the parts of the values that only `resumable()` and `acknowledged()` create. */
export interface AnyWebSocketOptions extends Omit<
  PlainWebSocketOptions<unknown, never, unknown, unknown>,
  'resume' | 'acks'
> {
  readonly resume?: ResumableParts | undefined
  readonly acks?: AckParts | undefined
}
