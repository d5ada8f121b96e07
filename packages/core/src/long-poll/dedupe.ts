import type { Subscriber, DeliveryContext } from '../connection/protocol.ts'
import { providerError } from '../shared/errors.ts'
import type { PollBatch } from './poll-batch.ts'
import type { AnyLongPollOptions } from './options.ts'

/** How many message IDs are remembered per observer. */
const MAX_REMEMBERED_IDS = 10_000

/**
 * The IDs of delivered messages, by observer. A handler may close the connection during a delivery; then its observers
 * have received different parts of the response.
 */
const seenIds = /* @__PURE__ */ new WeakMap<
  object,
  { readonly connectionKey: string; readonly ids: Set<unknown> }
>()

/** Forgets the IDs of an observer after a log-out: the next user's messages may have the same IDs. */
export const forgetSeenIds = (subscriber: object): void => void seenIds.delete(subscriber)

/** Delivers the messages of one response to an observer, in order, except those that it has already received. */
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
    // Without an ID the message is delivered: a duplicate is better than a lost message.
    reportError(providerError('dedupeBy', error))
    return undefined
  }
}

function seenIdsOf(subscriber: object, connectionKey: string): Set<unknown> {
  const previous = seenIds.get(subscriber)
  const ids = previous?.connectionKey === connectionKey ? previous.ids : new Set<unknown>()
  if (ids !== previous?.ids) seenIds.set(subscriber, { connectionKey, ids })
  return ids
}

function rememberId(ids: Set<unknown>, id: unknown): void {
  // Moves the ID to the end, so that the first ID is the one seen longest ago.
  ids.delete(id)
  ids.add(id)
  if (ids.size > MAX_REMEMBERED_IDS) ids.delete(ids.values().next().value)
}
