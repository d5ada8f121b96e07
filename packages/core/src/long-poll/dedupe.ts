import type { Delivery, Subscriber } from '../connection/protocol.ts'
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

/** The messages of a response whose delivery has begun, by observer. */
const unfinished = /* @__PURE__ */ new WeakMap<
  object,
  { readonly connectionKey: string; readonly messages: readonly unknown[]; readonly count: number }
>()

/** Forgets the messages of an observer after a log-out: the next user's messages may be the same. */
export function forgetReceived(subscriber: object): void {
  seenIds.delete(subscriber)
  unfinished.delete(subscriber)
}

/** Delivers the messages of one response to an observer, in order, except those that it has already received. */
export function deliverDeduplicated(
  subscriber: Subscriber<PollBatch, AnyLongPollOptions>,
  messages: readonly unknown[],
  batch: PollBatch,
  delivery: Delivery,
): void {
  const received = countReceived(subscriber, messages, delivery)
  // `batch.end` may change meanwhile.
  for (let index = Math.max(batch.start, received); index < Math.min(messages.length, batch.end); index++) {
    if (!isCurrent(subscriber, delivery)) return
    const message = messages[index]
    const id = computeId(subscriber.options, message, delivery)
    const ids =
      id === undefined || id === null
        ? undefined
        : seenIdsOf(subscriber, delivery.connection.identity.destinationKey)
    if (!ids?.has(id)) subscriber.onMessage(message, batch)
    if (ids) rememberId(ids, id)
    const next = index + 1
    // Not before what another observer has received in this part, or that one would receive it again.
    if (next >= batch.reached && batch.end > messages.length && batch.isTimeUp?.()) batch.end = next
  }
  batch.reached = Math.max(batch.reached, Math.min(messages.length, batch.end))
  if (messages.length > batch.end) batch.hasMore = true
  else batch.isDelivered = true
  rememberReceived(subscriber, messages, Math.max(batch.end, received), delivery)
}

/** False once the subscriber has left or the transport has changed: undelivered messages are requested again. */
const isCurrent = (
  subscriber: Subscriber<PollBatch, AnyLongPollOptions>,
  { connection: { interpreter, subscriberList }, epoch }: Delivery,
): boolean => epoch === interpreter.state.epoch && subscriberList.subscribers.has(subscriber as never) // any subscriber

/** Remembers which messages of a list were delivered, until all of them are. */
function rememberReceived(
  subscriber: Subscriber<PollBatch, AnyLongPollOptions>,
  messages: readonly unknown[],
  count: number,
  { connection }: Delivery,
): void {
  const connectionKey = connection.identity.destinationKey
  if (messages.length > count && subscriber.options.cursor)
    unfinished.set(subscriber, { connectionKey, messages, count })
  else unfinished.delete(subscriber)
}

/** Whether a new list begins with the same messages. */
function isSameStart(
  { messages: before, count }: { readonly messages: readonly unknown[]; readonly count: number },
  messages: readonly unknown[],
): boolean {
  try {
    return JSON.stringify(messages.slice(0, count)) === JSON.stringify(before.slice(0, count))
  } catch {
    // A codec may return values that JSON cannot represent.
    return false
  }
}

/** Returns how many messages of a list were delivered before the connection was replaced, and are received again. */
function countReceived(subscriber: object, messages: readonly unknown[], { connection }: Delivery): number {
  const known = unfinished.get(subscriber)
  if (known?.connectionKey !== connection.identity.destinationKey) return 0
  return known.messages === messages || isSameStart(known, messages) ? known.count : 0
}

function computeId(
  { dedupeBy }: AnyLongPollOptions,
  message: unknown,
  { connection: { environment } }: Delivery,
): unknown {
  try {
    return dedupeBy?.(message)
  } catch (error) {
    // Without an ID the message is delivered: a duplicate is better than a lost message.
    environment.reportError(providerError('dedupeBy', error))
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
