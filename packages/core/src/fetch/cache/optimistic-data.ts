import { type TautlineError, toTautlineError } from '../../shared/errors.ts'
import type { BodyCodec } from '../../shared/codec.ts'
import type { FetchSnapshot } from '../types.ts'
import { shareStructure } from '../../shared/structural-sharing.ts'

/** A change of the data that is shown before the server has confirmed it. */
interface OptimisticUpdate {
  readonly update: (data: unknown) => unknown
  /** Its write has ended. It stays until all others have ended too. */
  isCommitted: boolean
  /** The last input of the user's function and its result, so that it runs once for each input. */
  input: unknown
  result: unknown
}

/** The data that one codec has decoded from the responses of an entry, with optimistic updates. */
export interface DecodedData {
  /** Changes if an observer creates its codec at every render. */
  codec: BodyCodec | undefined
  /** The codec that has decoded the last response. */
  readBy: BodyCodec | undefined
  /** The data to show: the response with all updates. */
  shownValue: unknown
  /** Why the last response could not be decoded. */
  error: TautlineError | undefined
  /** The value below the updates. */
  committedValue: unknown
  /** The last response. */
  serverValue: unknown
  /** A response has arrived during a write. It may or may not include the change, so it is not shown. */
  isResponseHidden: boolean
  updates: readonly OptimisticUpdate[]
  /** The last snapshot with these data. The observers of a request share it. */
  snapshot: FetchSnapshot<unknown> | undefined
}

/** Shared by all data without updates. */
const NO_UPDATES: readonly never[] = []

export const createDecodedData = (
  codec: BodyCodec | undefined,
  committedValue: unknown,
  error?: TautlineError,
): DecodedData => ({
  codec,
  readBy: codec,
  shownValue: committedValue,
  error,
  committedValue,
  serverValue: committedValue,
  isResponseHidden: false,
  updates: NO_UPDATES,
  snapshot: undefined,
})

/** Whether a write has not ended. */
export const hasPendingUpdates = ({ updates }: DecodedData): boolean =>
  updates.some(({ isCommitted }) => !isCommitted)

/** Sets the data of a new response. Equal parts keep their identity. During a write the response stays hidden. */
export function setServerValue(decoded: DecodedData, read: () => unknown): void {
  try {
    decoded.serverValue = shareStructure(decoded.shownValue, read())
    decoded.error = undefined
  } catch (cause) {
    decoded.error = toTautlineError(cause)
    return
  }
  if (hasPendingUpdates(decoded)) decoded.isResponseHidden = true
  else replaceValue(decoded, decoded.serverValue)
}

function replaceValue(decoded: DecodedData, value: unknown): void {
  decoded.updates = NO_UPDATES
  decoded.isResponseHidden = false
  decoded.shownValue = decoded.committedValue = value
}

/**
 * Merges the updates into the data once all writes have ended.
 *
 * @returns false if a response was hidden: the updates stay until a new response
 */
function mergeUpdates(decoded: DecodedData): boolean {
  const { updates, isResponseHidden } = decoded
  if (hasPendingUpdates(decoded)) return true
  if (isResponseHidden && updates.length > 0) return false
  replaceValue(decoded, isResponseHidden ? decoded.serverValue : decoded.shownValue)
  return true
}

/** Applies all updates. One that throws on these data is reported and removed. */
function applyUpdates(decoded: DecodedData, reportError: (error: unknown) => void): void {
  let value = decoded.committedValue
  decoded.updates = decoded.updates.filter((update) => {
    try {
      value = applyUpdate(value, update)
      return true
    } catch (error) {
      reportError(error)
      return false
    }
  })
  decoded.shownValue = value
}

function applyUpdate(input: unknown, update: OptimisticUpdate): unknown {
  if (update.input !== input) {
    update.result = update.update(input)
    update.input = input
  }
  return update.result
}

/** The input before the first run; no data equal it. */
const NO_INPUT = {}

/**
 * Applies an optimistic update to the data.
 *
 * @returns functions that commit the update and roll it back. They return false if the data must be refetched: a
 * response has arrived in the meantime, which may or may not include the change
 */
export function applyOptimisticUpdate(
  decoded: DecodedData,
  update: (data: unknown) => unknown,
  reportError: (error: unknown) => void,
): { readonly commit: () => boolean; readonly rollBack: () => boolean } {
  const optimisticUpdate: OptimisticUpdate = {
    update,
    isCommitted: false,
    input: NO_INPUT,
    result: undefined,
  }
  const shownBefore = decoded.shownValue
  const shownAfter = (decoded.shownValue = applyUpdate(shownBefore, optimisticUpdate))
  decoded.updates = [...decoded.updates, optimisticUpdate]
  return {
    commit() {
      if (!decoded.updates.includes(optimisticUpdate)) return true
      optimisticUpdate.isCommitted = true
      return mergeUpdates(decoded)
    },
    rollBack() {
      if (decoded.updates.includes(optimisticUpdate))
        decoded.updates = decoded.updates.filter((other) => other !== optimisticUpdate)
      // The update is already committed. Newer data are not changed.
      else if (decoded.shownValue === shownAfter) decoded.committedValue = shownBefore
      applyUpdates(decoded, reportError)
      return mergeUpdates(decoded)
    },
  }
}

/** An observer that uses decoded data. */
interface Reader {
  readonly decoded: DecodedData | undefined
  readonly options: { readonly codec?: BodyCodec | undefined }
}

/**
 * Replaces the codec of decoded data by the new one of its observer, since inline codecs change identity on every
 * render. The data keep the old codec if another observer still uses it.
 */
export function adoptNewCodecs(readers: readonly Reader[]): void {
  for (const { decoded, options } of readers) {
    if (!decoded || decoded.codec === options.codec) continue
    if (readers.every((other) => other.decoded !== decoded || other.options.codec === options.codec))
      decoded.codec = options.codec
  }
}
