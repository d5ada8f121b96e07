import type { Decoder } from '../connection/protocol.ts'
import type { Codec, WireData } from '../shared/codec.ts'
import type { MessageInfo } from '../shared/reducers.ts'

/** The codec of a hook, as far as it decodes. */
export type IncomingCodec = Pick<Codec<unknown, never>, 'decode' | 'ignoresEmpty'>

/** A received message whose frame was read, with the option `resume`. */
export interface ReadMessage {
  readonly info: MessageInfo & { readonly raw: WireData }
  /** Returns the decoder of its data, one object for each codec. Undefined: it only moves the cursor. */
  decoderOf(codec: IncomingCodec): Decoder | undefined
}

/** A received message: as it arrived, or its frame. */
export type Received = WireData | ReadMessage

/** Returns a message as it arrived. */
export const rawOf = (message: Received): WireData => frameOf(message).info?.raw ?? (message as WireData) // without a frame

/** Returns the members of a message whose frame was read. Texts and binary data have none of these names. */
export function frameOf(message: Received): Partial<ReadMessage> {
  return message as Partial<ReadMessage> // only such a message has these members
}
