import type { Decoder } from '../connection/protocol.ts'
import type { BodyCodec, WireData } from '../shared/codec.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { decodeRaw, contentTypeOf, parseByContentType } from '../http/body.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { PollResponse } from './transport.ts'

/** An answer with a body, which each hook reads by its own options. */
export interface PollBatch {
  readonly headers: Headers
  /** Text where its type is one, else bytes. */
  readonly raw: WireData
  /** A hook was told all that is in it. */
  isDelivered: boolean
  /** Read once for each codec. @throws what the codec throws */
  body(codec: BodyCodec | undefined): unknown
  /** Unpacked once for each hook. @throws what the codec throws, and TautlineError `decode` */
  messagesFor(options: AnyLongPollOptions): readonly unknown[]
}

export function createPollBatch({
  headers,
  body,
}: PollResponse & { readonly body: Uint8Array<ArrayBuffer> }): PollBatch {
  const contentType = contentTypeOf(headers)
  const raw = decodeRaw(body, contentType)
  // Weak: the last answer is kept for those who join late, and they come and go.
  const bodies = new WeakMap<object, () => unknown>()
  const messageLists = new WeakMap<AnyLongPollOptions, () => readonly unknown[]>()
  const batch: PollBatch = {
    headers,
    raw,
    isDelivered: false,
    body: (codec) =>
      memoize(bodies, codec ?? bodies, () =>
        codec ? codec.decode(raw) : parseByContentType(raw, contentType),
      ),
    messagesFor: (options) =>
      memoize(messageLists, options, () => unpackMessages(batch.body(options.codec), options, raw)),
  }
  return batch
}

/** @throws TautlineError `decode` */
function unpackMessages(body: unknown, { messages }: AnyLongPollOptions, raw: WireData): readonly unknown[] {
  if (!messages) return [body]
  try {
    return [...messages(body)]
  } catch (cause) {
    if (isTautlineError(cause, 'decode')) throw cause
    throw new TautlineError('decode', 'The messages function threw, or gave no list', { raw }, cause)
  }
}

/** Works it out once, and says the same every time, also where that is an error. */
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

const decoders = /* @__PURE__ */ new WeakMap<AnyLongPollOptions, Decoder>()

/** What makes the messages of an answer for a hook with these options. */
export function getOrCreateDecoder(options: AnyLongPollOptions): Decoder {
  const cached = decoders.get(options)
  if (cached) return cached
  const decoder: Decoder = { decode: (batch: PollBatch) => batch.messagesFor(options) }
  decoders.set(options, decoder)
  return decoder
}
