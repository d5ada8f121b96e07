import type { StandardSchemaV1 } from '@standard-schema/spec'
import { TautlineError } from './errors.ts'

/** What a message is on the wire. */
export type WireData = string | ArrayBuffer | Blob

/** What can be put on the wire. */
export type Sendable = string | ArrayBuffer | ArrayBufferView<ArrayBuffer> | Blob

/**
 * Turns what travels into messages and back. `decode` and `encode` may throw: the error reaches `onError`, the connection stays.
 * Give the same codec object to components that share a connection, and it decodes once for all of them.
 */
export interface Codec<Incoming, Outgoing = Incoming> {
  decode(raw: WireData): Incoming
  encode(message: Outgoing): Sendable
}

/** What reads the body of an answer. */
export type BodyCodec<Body = unknown> = Pick<Codec<Body, never>, 'decode'>

type Schema<Output = unknown, Input = unknown> = StandardSchemaV1<Input, Output>

/** Text in both directions; bytes that come in are read as UTF-8. */
export function text(): Codec<string> {
  return textCodec
}

const textCodec: Codec<string> = { decode: asText, encode: (message) => message }

/** Bytes in both directions. A text message is an error; `binaryType: 'blob'` is too, since a Blob is read asynchronously. */
export function binary(): Codec<ArrayBuffer, ArrayBuffer | ArrayBufferView<ArrayBuffer>> {
  return binaryCodec
}

const binaryCodec: Codec<ArrayBuffer, ArrayBuffer | ArrayBufferView<ArrayBuffer>> = {
  decode(raw) {
    if (raw instanceof ArrayBuffer) return raw
    throw new TautlineError('decode', 'binary() needs an ArrayBuffer, and this is something else', { raw })
  },
  encode: (message) => message,
}

const schemaCodecs = new WeakMap<Schema, Codec<unknown, unknown>>()

/**
 * JSON in both directions, checked by a Standard Schema (zod, valibot, arktype …) where one is given.
 * The schema must answer synchronously: messages keep their order.
 *
 * @example
 * useWebSocket('/chat', { codec: json(ChatMessage) })
 */
export function json<Incoming = unknown, Outgoing = Incoming>(): Codec<Incoming, Outgoing>
export function json<S extends Schema>(
  schema: S,
): Codec<StandardSchemaV1.InferOutput<S>, StandardSchemaV1.InferInput<S>>
export function json<S extends Schema, Outgoing>(
  schema: S,
  outgoing: Schema<unknown, Outgoing>,
): Codec<StandardSchemaV1.InferOutput<S>, Outgoing>
export function json(schema?: Schema, outgoing?: Schema): Codec<unknown, unknown> {
  if (schema && !('~standard' in schema)) {
    throw new TautlineError(
      'bad-option',
      'json(schema) takes a Standard Schema: zod 3.24, valibot 1, arktype 2 or newer',
      {
        option: 'codec',
      },
    )
  }
  if (outgoing) return jsonCodec(schema, outgoing)
  if (!schema) return plainJson
  // One codec for a schema, so that `json(Schema)` written inside a component is the same one in every render.
  const known = schemaCodecs.get(schema) ?? jsonCodec(schema)
  schemaCodecs.set(schema, known)
  return known
}

const plainJson = /* @__PURE__ */ jsonCodec()

function jsonCodec(schema?: Schema, outgoing?: Schema): Codec<unknown, unknown> {
  return {
    decode(raw) {
      let value: unknown
      try {
        value = JSON.parse(asText(raw))
      } catch (cause) {
        throw new TautlineError('decode', 'The message is not JSON', { raw }, cause)
      }
      return schema ? validate(schema, value, (issues, cause) => decodeError(raw, issues, cause)) : value
    },
    encode(message) {
      const encodeError = (text: string, cause?: unknown) =>
        new TautlineError('encode', text, { value: message }, cause)
      if (outgoing)
        validate(outgoing, message, (_, cause) => encodeError('The schema refused the message', cause))
      let encoded: string | undefined
      let cause: unknown
      try {
        encoded = JSON.stringify(message) // undefined for a function or symbol
      } catch (error) {
        // Of an object that contains itself the platform's error names the fields.
        cause = error
      }
      if (encoded === undefined) throw encodeError('The message has no JSON form', cause)
      return encoded
    },
  }
}

/** Says how many issues there are, and not which: they may repeat the value, and the path to it is a part of the message. */
function decodeError(raw: WireData, issues: Issues | undefined, cause: unknown) {
  const text = `The schema ${issues ? `refused the message: ${issues.length} in error.issues` : 'threw'}`
  return new TautlineError('decode', text, { raw, issues }, cause)
}

type Issues = readonly StandardSchemaV1.Issue[]

function validate(
  schema: Schema,
  value: unknown,
  createError: (issues: Issues | undefined, cause?: unknown) => TautlineError,
): unknown {
  let result: ReturnType<Schema['~standard']['validate']>
  try {
    result = schema['~standard'].validate(value)
  } catch (cause) {
    throw createError(undefined, cause)
  }
  if (result instanceof Promise) {
    throw new TautlineError(
      'bad-option',
      'The schema answers asynchronously, and messages must keep their order',
      {
        option: 'codec',
      },
    )
  }
  if (result.issues) throw createError(result.issues)
  return result.value
}

function asText(raw: WireData): string {
  if (typeof raw === 'string') return raw
  if (raw instanceof ArrayBuffer) return new TextDecoder().decode(raw)
  throw new TautlineError('decode', "A Blob is read asynchronously: leave `binaryType` at 'arraybuffer'", {
    raw,
  })
}
