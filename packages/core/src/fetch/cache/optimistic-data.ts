import { type TautlineError, toTautlineError } from '../../shared/errors.ts'
import type { BodyCodec } from '../../shared/codec.ts'
import { shareStructure } from '../../shared/structural-sharing.ts'

/** A change of the data that is shown before the server has confirmed it. */
interface OptimisticUpdate {
  readonly update: (data: unknown) => unknown
  /** The number of responses before the update. */
  readonly responseCount: number
  /** The update is final; those before it may still be rolled back. */
  isCommitted: boolean
  /** The last input of the user's function and its result, so that it runs once for each input. */
  input: unknown
  result: unknown
}

/** The data that one codec has decoded from the responses of an entry, with optimistic updates. */
export interface DecodedData {
  /** Changes if an observer creates its codec at every render. */
  codec: BodyCodec | undefined
  /** The data to show: the response with all updates. */
  shownValue: unknown
  /** Why the last response could not be decoded. */
  error: TautlineError | undefined
  /** The response with the committed updates. */
  committedValue: unknown
  /** The response without updates. */
  serverValue: unknown
  responseCount: number
  updates: OptimisticUpdate[] | undefined
}

export const createDecodedData = (
  codec: BodyCodec | undefined,
  committedValue: unknown,
  error?: TautlineError,
): DecodedData => ({
  codec,
  shownValue: committedValue,
  error,
  committedValue,
  serverValue: committedValue,
  responseCount: 0,
  updates: undefined,
})

/** Sets the data of a new response. Equal parts keep their identity; pending updates are applied again. */
export function setServerValue(
  decoded: DecodedData,
  read: () => unknown,
  reportError: (error: unknown) => void,
): void {
  decoded.responseCount++
  try {
    decoded.committedValue = decoded.serverValue = shareStructure(decoded.committedValue, read())
    decoded.error = undefined
  } catch (cause) {
    decoded.error = toTautlineError(cause)
    return
  }
  applyUpdatesSafely(decoded, reportError)
}

function applyUpdates(decoded: DecodedData): void {
  const { committedValue, updates = [] } = decoded
  decoded.shownValue = updates.reduce(applyUpdate, committedValue)
}

/** Applies all updates. One that throws on this response is reported and removed. */
function applyUpdatesSafely(decoded: DecodedData, reportError: (error: unknown) => void): void {
  const { updates = [] } = decoded
  let value = decoded.committedValue
  for (const update of updates.slice()) {
    try {
      value = applyUpdate(value, update)
    } catch (error) {
      updates.splice(updates.indexOf(update), 1)
      reportError(error)
    }
  }
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
 * @returns functions that commit the update and roll it back. `commit` returns false if a response has arrived in the
 * meantime, which may or may not include the change
 */
export function applyOptimisticUpdate(
  decoded: DecodedData,
  update: (data: unknown) => unknown,
  reportError: (error: unknown) => void,
): { readonly commit: () => boolean; readonly rollBack: () => void } {
  const optimisticUpdate: OptimisticUpdate = {
    update,
    responseCount: decoded.responseCount,
    isCommitted: false,
    input: NO_INPUT,
    result: undefined,
  }
  const shownBefore = decoded.shownValue
  const updates = (decoded.updates ??= [])
  updates.push(optimisticUpdate)
  try {
    applyUpdates(decoded)
  } catch (error) {
    updates.pop()
    throw error
  }
  const shownAfter = decoded.shownValue
  return {
    commit() {
      if (!updates.includes(optimisticUpdate)) return true
      const isOutdated = optimisticUpdate.responseCount !== decoded.responseCount
      if (isOutdated) updates.splice(updates.indexOf(optimisticUpdate), 1)
      optimisticUpdate.isCommitted = true
      // Removes updates that throw, so that all others can be committed.
      applyUpdatesSafely(decoded, reportError)
      for (let [first] = updates; first?.isCommitted; [first] = updates) {
        decoded.committedValue = applyUpdate(decoded.committedValue, first)
        updates.shift()
      }
      return !isOutdated
    },
    rollBack() {
      const index = updates.indexOf(optimisticUpdate)
      if (index >= 0) updates.splice(index, 1)
      // The update is already committed. Newer data are not changed.
      else if (decoded.shownValue === shownAfter) decoded.committedValue = shownBefore
      applyUpdatesSafely(decoded, reportError)
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
