import type { Decoder } from '../connection/protocol.ts'
import type { BodyCodec, WireData } from '../shared/codec.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import { rawOf, typeOf, valueOf } from '../http/body.ts'
import type { AnyLongPollOptions } from './options.ts'
import type { PollResponse } from './transport.ts'

/** An answer with a body, which each hook reads by its own options. */
export interface PollAnswer {
  readonly headers: Headers
  /** Text where its type is one, else bytes. */
  readonly raw: WireData
  /** A hook was told all that is in it. */
  heard: boolean
  /** Read once for each codec. @throws what the codec throws */
  body(codec: BodyCodec | undefined): unknown
  /** Unpacked once for each hook. @throws what the codec throws, and TautlineError `decode` */
  unpack(options: AnyLongPollOptions): readonly unknown[]
}

export function createAnswer({
  headers,
  body,
}: PollResponse & { readonly body: Uint8Array<ArrayBuffer> }): PollAnswer {
  const type = typeOf(headers)
  const raw = rawOf(body, type)
  // Weak: the last answer is kept for those who join late, and they come and go.
  const bodies = new WeakMap<object, () => unknown>()
  const lists = new WeakMap<AnyLongPollOptions, () => readonly unknown[]>()
  const answer: PollAnswer = {
    headers,
    raw,
    heard: false,
    body: (codec) => once(bodies, codec ?? bodies, () => (codec ? codec.decode(raw) : valueOf(raw, type))),
    unpack: (options) => once(lists, options, () => messagesIn(answer.body(options.codec), options, raw)),
  }
  return answer
}

/** @throws TautlineError `decode` */
function messagesIn(body: unknown, { messages }: AnyLongPollOptions, raw: WireData): readonly unknown[] {
  if (!messages) return [body]
  try {
    return [...messages(body)]
  } catch (cause) {
    if (isTautlineError(cause, 'decode')) throw cause
    throw new TautlineError('decode', 'The messages function threw, or gave no list', { raw }, cause)
  }
}

/** Works it out once, and says the same every time, also where that is an error. */
function once<Key extends object, Result>(
  known: WeakMap<Key, () => Result>,
  key: Key,
  work: () => Result,
): Result {
  const again = known.get(key)
  if (again) return again()
  try {
    const result = work()
    known.set(key, () => result)
    return result
  } catch (error) {
    known.set(key, () => {
      throw error
    })
    throw error
  }
}

const decoders = /* @__PURE__ */ new WeakMap<AnyLongPollOptions, Decoder>()

/** What makes the messages of an answer for a hook with these options. */
export function decoderOf(options: AnyLongPollOptions): Decoder {
  const known = decoders.get(options)
  if (known) return known
  const decoder: Decoder = { decode: (answer: PollAnswer) => answer.unpack(options) }
  decoders.set(options, decoder)
  return decoder
}
