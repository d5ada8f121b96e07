import type { Replay } from '../connection/protocol.ts'
import { TautlineError } from '../shared/errors.ts'
import type { ServerSentEvent } from './parser.ts'

/** A response with more text, in characters, or more messages is not stored: a late subscriber gets what follows. */
const MAX_REPLAYED_LENGTH = 1_048_576
const MAX_REPLAYED_MESSAGES = 50_000

/** No subscriber has this as the number of its last message. */
const NOBODY = -1

/**
 * Stores the messages of a response that is not requested again.
 *
 * @param isPrivate only one subscriber has the response. Only what arrives after it has left is stored, because it may
 *   return
 */
export function createReplay(isPrivate: boolean): Replay<ServerSentEvent> {
  let messages: ServerSentEvent[] = []
  let length = 0
  let keepsAll = !isPrivate
  /** The number of the last message that was received, if only the messages after it are stored. */
  let missedAfter: number | undefined

  function reset(after?: number): void {
    messages = []
    length = 0
    missedAfter = after
  }

  return {
    get keepsAll() {
      return keepsAll
    },
    get messages() {
      return messages
    },
    isComplete: (lastSequence) => keepsAll || lastSequence === missedAfter,
    add(event, isMissed, newestSequence) {
      if (!keepsAll && !isMissed) reset()
      else if (!keepsAll && missedAfter === undefined) reset(newestSequence)
      length += lengthOf(event, messages.at(-1))
      messages.push(event)
      if (length <= MAX_REPLAYED_LENGTH && messages.length <= MAX_REPLAYED_MESSAGES) return
      keepsAll = false
      reset(isMissed ? NOBODY : undefined)
      messages.push(event)
    },
    endMissed: () => void (missedAfter = undefined),
    createGap() {
      const text =
        'Earlier messages of this response are not stored: they are too long. Subscribe before they arrive.'
      return new TautlineError('gap', text, { after: '' })
    },
    forget() {
      reset()
      keepsAll = !isPrivate
    },
  }
}

/** Returns the length of an event, in characters: its data, and an ID or event type that differs from the last one. */
const lengthOf = ({ data, id, event }: ServerSentEvent, last: ServerSentEvent | undefined): number =>
  data.length + (id === last?.id ? 0 : id.length) + (event === last?.event ? 0 : event.length)
