/** The most IDs that are compared while two transports run. */
const MAX_COMPARED_IDS = 10_000

/** What to do with a message: deliver it, drop it because it was delivered, or search for those before it. */
type Verdict = 'deliver' | 'repeated' | 'gap'

/** The position of a connection: behind the last message that was received, which need not be delivered yet. */
export interface Position {
  /** The ID of the last message that was received; undefined before the first one. */
  readonly id: string | undefined
  /** Begins a connect attempt, with the cursor. */
  restart(cursor: string | undefined): void
  /** Another transport starts beside one that runs: from now on the IDs of both are compared. */
  compare(): void
  /** Whether too many IDs are stored. */
  readonly isFull: boolean
  /** Moves the position to a message, if that is to be delivered. */
  advance(id: string, isAlone: boolean): Verdict
  /** Moves the position without a check. */
  moveTo(id: string): void
}

/** @param isNext whether the message with the first ID comes right after the one with the second ID */
export function createPosition(isNext: (id: string, before: string) => boolean): Position {
  let position: string | undefined
  /** The IDs that were received since two transports run. Each stream is complete, so the first arrival is in order. */
  let received: Set<string> | undefined
  return {
    get id() {
      return position
    },
    get isFull() {
      return (received?.size ?? 0) > MAX_COMPARED_IDS
    },
    restart(cursor) {
      position = cursor
      received = undefined
    },
    compare: () => void (received ??= new Set()),
    advance(id, isAlone) {
      if (id === position || received?.has(id)) return 'repeated'
      if (position !== undefined && !isNext(id, position)) return 'gap'
      position = id
      if (isAlone) received = undefined
      else received?.add(id)
      return 'deliver'
    },
    moveTo(id) {
      position = id
      received?.add(id)
    },
  }
}
