import { type TautlineError, toTautlineError } from '../../shared/errors.ts'
import type { BodyCodec } from '../../shared/codec.ts'
import { replaceEqualDeep } from './structural-sharing.ts'

/** A change of the data that is shown before the server knows of it. */
interface OptimisticUpdate {
  readonly update: (data: unknown) => unknown
  /** How many answers there had been when it was made. */
  readonly responseCount: number
  /** It stays; those before it may still be open. */
  isCommitted: boolean
  /** What it was made of last, and what was made: a user's function runs once for each. */
  input: unknown
  result: unknown
}

/** What one codec makes of the answers of an entry. */
export interface DecodedData {
  /** One that is written anew in every render is another each time. */
  codec: BodyCodec | undefined
  /** What is shown: the answer, with what was changed by hand. */
  shownValue: unknown
  /** What the last answer could not be read for. */
  error: TautlineError | undefined
  /** The answer, with what was changed by hand for good. */
  committedValue: unknown
  /** The answer alone. */
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

/** Takes an answer: what is equal stays the same object, and what was changed by hand stays on top. */
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

function shareStructure(before: unknown, next: unknown): unknown {
  try {
    return replaceEqualDeep(before, next)
  } catch {
    // Deeper than the stack.
    return next
  }
}

function applyUpdates(decoded: DecodedData): void {
  const { committedValue, updates = [] } = decoded
  decoded.shownValue = updates.reduce(applyUpdate, committedValue)
}

/** An update that was written for another answer may throw on this one: it is reported, and taken back. */
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

/** Equal to nothing that is shown. */
const NO_INPUT = {}

/**
 * Changes the data by hand.
 *
 * @returns what makes the change stay, and what takes it back; the first says whether an answer has come meanwhile that may know of it or not
 */
export function applyOptimisticUpdate(
  decoded: DecodedData,
  update: (data: unknown) => unknown,
  reportError: (error: unknown) => void,
): { readonly keep: () => boolean; readonly undo: () => void } {
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
    keep() {
      if (!updates.includes(optimisticUpdate)) return true
      const isOutdated = optimisticUpdate.responseCount !== decoded.responseCount
      if (isOutdated) updates.splice(updates.indexOf(optimisticUpdate), 1)
      optimisticUpdate.isCommitted = true
      // Those that cannot be shown any more are gone after it, so that the others can be made part of the answer.
      applyUpdatesSafely(decoded, reportError)
      for (let [first] = updates; first?.isCommitted; [first] = updates) {
        decoded.committedValue = applyUpdate(decoded.committedValue, first)
        updates.shift()
      }
      return !isOutdated
    },
    undo() {
      const index = updates.indexOf(optimisticUpdate)
      if (index >= 0) updates.splice(index, 1)
      // It has become part of the answer; what has come since stays.
      else if (decoded.shownValue === shownAfter) decoded.committedValue = shownBefore
      applyUpdatesSafely(decoded, reportError)
    },
  }
}

/** What reads a cell. */
interface Reader {
  readonly decoded: DecodedData | undefined
  readonly options: { readonly codec?: BodyCodec | undefined }
}

/** A codec that is written anew in every render is another each time, and reads on what it has read; unless somebody reads it by the old one. */
export function adoptNewCodecs(readers: readonly Reader[]): void {
  for (const { decoded, options } of readers) {
    if (!decoded || decoded.codec === options.codec) continue
    if (readers.every((other) => other.decoded !== decoded || other.options.codec === options.codec))
      decoded.codec = options.codec
  }
}
