import type { Decoder } from '../connection/protocol.ts'
import { type BodyCodec, type WireData, expectsBytes } from '../shared/codec.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { decodeRaw, decodeBody } from '../http/body.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { PollResponse } from './transport.ts'

/** The messages of one response. Each observer decodes its body with its own options. */
export interface PollBatch {
  readonly headers: Headers
  /** The body as it arrived: a string if its type is text, else bytes. */
  readonly raw: WireData
  /** Whether an observer has received all messages of the response. */
  isDelivered: boolean
  /** The first message that is delivered now. A long list is delivered in parts, so that the page can paint. */
  start: number
  /** The message at which this part ends. */
  end: number
  /** How many messages of the list some observer has received: this part cannot end before. */
  reached: number
  /** Whether a subscriber has messages after this part. */
  hasMore: boolean
  /** Whether this part should end. Undefined if the whole list is delivered at once. */
  isTimeUp: (() => boolean) | undefined
  /** Decodes the body, once per codec. @throws the error of the codec */
  decodeBody(codec: BodyCodec | undefined): unknown
  /**
   * Decodes the body into messages, once per options object.
   * @throws the error of the codec, or TautlineError `decode`
   */
  messagesFor(options: AnyLongPollOptions): readonly unknown[]
}

/** Creates the batch of messages of one response. */
export function createPollBatch({
  headers,
  body,
}: PollResponse & { readonly body: Uint8Array<ArrayBuffer> }): PollBatch {
  const raw = decodeRaw(body, headers)
  // Weak, because the last batch is kept for late subscribers, but not the codecs and options of former ones.
  const bodies = new WeakMap<object, () => unknown>()
  const messageLists = new WeakMap<AnyLongPollOptions, () => readonly unknown[]>()
  const batch: PollBatch = {
    headers,
    raw,
    isDelivered: false,
    start: 0,
    end: Number.POSITIVE_INFINITY,
    reached: 0,
    hasMore: false,
    isTimeUp: undefined,
    // Without a codec, the map itself is the key.
    decodeBody: (codec) =>
      memoize(bodies, codec ?? bodies, () =>
        decodeBody(expectsBytes(codec) ? body.buffer : raw, headers, codec),
      ),
    messagesFor: (options) =>
      memoize(messageLists, options, () => unpackMessages(batch.decodeBody(options.codec), options, raw)),
  }
  return batch
}

/**
 * Splits a decoded body into messages.
 *
 * @throws TautlineError `decode` if the `messages` function fails
 */
function unpackMessages(body: unknown, { messages }: AnyLongPollOptions, raw: WireData): readonly unknown[] {
  if (!messages) return [body]
  try {
    return [...messages(body)]
  } catch (cause) {
    if (isTautlineError(cause, 'decode')) throw cause
    throw new TautlineError(
      'decode',
      'Option messages threw or returned no list: return an iterable',
      { raw },
      cause,
    )
  }
}

/** Computes a value once per key. A thrown error is remembered too. */
function memoize<Key extends object, Result>(
  cache: WeakMap<Key, () => Result>,
  key: Key,
  work: () => Result,
): Result {
  const cached = cache.get(key)
  if (cached) return cached()
  try {
    const result = work()
    cache.set(key, () => result)
    return result
  } catch (error) {
    cache.set(key, () => {
      throw error
    })
    throw error
  }
}

const decoders = /* @__PURE__ */ new WeakMap<AnyLongPollOptions, () => Decoder>()

/** Returns the decoder for an options object, always the same one. */
export const getOrCreateDecoder = (options: AnyLongPollOptions): Decoder =>
  memoize(decoders, options, () => ({
    decode(batch: PollBatch) {
      try {
        return batch.messagesFor(options)
      } catch (error) {
        // The first part has emitted it.
        if (batch.start > 0) return []
        throw error
      }
    },
  }))
