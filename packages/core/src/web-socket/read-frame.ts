import type { Decoder } from '../connection/protocol.ts'
import type { WireData } from '../shared/codec.ts'
import { TautlineError, isTautlineError } from '../shared/errors.ts'
import type { Frame, Frames } from './frames.ts'
import type { IncomingCodec, ReadMessage } from './read-message.ts'

/** A message with its frame, or with the error of reading it. */
interface FramedMessage extends ReadMessage {
  readonly data: WireData
  readonly error: TautlineError | undefined
}

/** Reads the frame of a message. '' is no ID. One that cannot be read has no data, and the error. */
export function tryReadFrame(
  frames: Frames,
  raw: WireData,
): Frame & { readonly error?: TautlineError | undefined } {
  try {
    const { data, id } = frames.read(raw)
    return { data, id: id || undefined }
  } catch (cause) {
    return { data: '', error: isTautlineError(cause, 'decode') ? cause : frameError(raw, cause) }
  }
}

/** Reads the frame of a message. Its decoders throw the error of a frame that could not be read. */
export function readFrame(frames: Frames, raw: WireData): ReadMessage {
  const { data, id, error } = tryReadFrame(frames, raw)
  const message: FramedMessage = {
    info: { raw, id },
    data,
    error,
    decoderOf: (codec) =>
      codec.ignoresEmpty && data === '' && id !== undefined ? undefined : getOrCreateDecoder(codec),
  }
  return message
}

const frameError = (raw: WireData, cause: unknown) =>
  new TautlineError(
    'decode',
    'The `read` function of the frames failed. See `thrown` of this error.',
    { raw },
    cause,
  )

/** One decoder per codec, so that hooks with the same codec decode each message once. */
const decoders: WeakMap<object, Decoder> = /* @__PURE__ */ new WeakMap()

function getOrCreateDecoder(codec: IncomingCodec): Decoder {
  let decoder = decoders.get(codec)
  if (!decoder) {
    decoder = {
      decode({ data, error }: FramedMessage) {
        if (error) throw error
        return codec.decode(data)
      },
    }
    decoders.set(codec, decoder)
  }
  return decoder
}
