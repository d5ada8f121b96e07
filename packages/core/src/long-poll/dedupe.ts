import type { Port, Telling } from '../connection/protocol.ts'
import { failure } from '../shared/errors.ts'
import type { PollAnswer } from './poll-response.ts'
import type { AnyLongPollOptions } from './options.ts'

/** How many IDs a hook remembers, to know a repetition by. */
const IDS = 10_000

/** Where a hook was told what. It is the hook that remembers: of those on one line, each was told its own part when a handler closed it. */
const told = /* @__PURE__ */ new WeakMap<object, { readonly place: string; readonly ids: Set<unknown> }>()

/** The hook's user has logged out: the next one's messages may have the same IDs. */
export const forgetTold = (port: object): void => void told.delete(port)

/** Tells a hook the messages of one answer, one after the other, but those that it was told before. */
export function tellMany(
  port: Port<PollAnswer, AnyLongPollOptions>,
  messages: readonly unknown[],
  raw: PollAnswer,
  telling: Telling,
): void {
  for (const message of messages) {
    if (!telling.goesOn()) return
    const id = idOf(port.options, message, telling)
    const ids = id === undefined || id === null ? undefined : idsOf(port, telling.place)
    // Known from now on if it is told: a listener that comes before the handlers may have left.
    if ((ids?.has(id) || port.receive(message, raw)) && ids) remember(ids, id)
  }
  raw.heard = true
}

function idOf({ dedupe }: AnyLongPollOptions, message: unknown, { unheard }: Telling): unknown {
  try {
    return dedupe?.(message)
  } catch (error) {
    // Rather twice than never.
    unheard(failure('dedupe', error))
    return undefined
  }
}

function idsOf(port: object, place: string): Set<unknown> {
  const before = told.get(port)
  const ids = before?.place === place ? before.ids : new Set<unknown>()
  if (ids !== before?.ids) told.set(port, { place, ids })
  return ids
}

function remember(ids: Set<unknown>, id: unknown): void {
  // The last to be seen is the last to be forgotten.
  ids.delete(id)
  ids.add(id)
  if (ids.size > IDS) ids.delete(ids.values().next().value)
}
