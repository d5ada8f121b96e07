import type { Subscriber, DeliveryContext } from '../connection/protocol.ts'
import { providerError } from '../shared/errors.ts'
import type { PollBatch } from './poll-response.ts'
import type { AnyLongPollOptions } from './options.ts'

/** How many IDs a hook remembers, to know a repetition by. */
const MAX_REMEMBERED_IDS = 10_000

/** Where a hook was told what. It is the hook that remembers: of those on one line, each was told its own part when a handler closed it. */
const seenIds = /* @__PURE__ */ new WeakMap<object, { readonly place: string; readonly ids: Set<unknown> }>()

/** The hook's user has logged out: the next one's messages may have the same IDs. */
export const forgetSeenIds = (subscriber: object): void => void seenIds.delete(subscriber)

/** Tells a hook the messages of one answer, one after the other, but those that it was told before. */
export function deliverDeduplicated(
  subscriber: Subscriber<PollBatch, AnyLongPollOptions>,
  messages: readonly unknown[],
  batch: PollBatch,
  context: DeliveryContext,
): void {
  for (const message of messages) {
    if (!context.isCurrent()) return
    const id = computeId(subscriber.options, message, context)
    const ids = id === undefined || id === null ? undefined : seenIdsOf(subscriber, context.destinationKey)
    if (!ids?.has(id)) subscriber.onMessage(message, batch)
    if (ids) rememberId(ids, id)
  }
  batch.isDelivered = true
}

function computeId(
  { dedupeBy }: AnyLongPollOptions,
  message: unknown,
  { reportError }: DeliveryContext,
): unknown {
  try {
    return dedupeBy?.(message)
  } catch (error) {
    // Rather twice than never.
    reportError(providerError('dedupeBy', error))
    return undefined
  }
}

function seenIdsOf(subscriber: object, connectionKey: string): Set<unknown> {
  const previous = seenIds.get(subscriber)
  const ids = previous?.place === connectionKey ? previous.ids : new Set<unknown>()
  if (ids !== previous?.ids) seenIds.set(subscriber, { place: connectionKey, ids })
  return ids
}

function rememberId(ids: Set<unknown>, id: unknown): void {
  // The last to be seen is the last to be forgotten.
  ids.delete(id)
  ids.add(id)
  if (ids.size > MAX_REMEMBERED_IDS) ids.delete(ids.values().next().value)
}
