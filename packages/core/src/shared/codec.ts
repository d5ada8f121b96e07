import { isArrayBuffer, isBlob, isPromiseLike } from './brand.ts'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { TautlineError } from './errors.ts'
import type { ErrorText } from './error-message.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** A received message before it is decoded. */
export type WireData = string | ArrayBuffer | Blob

/** The types that can be sent. */
export type Sendable = string | BufferSource | Blob

/** Tests for a value that can be sent. A WebSocket would send any other as text such as '[object Object]'. */
export const isSendable = (value: unknown): value is Sendable =>
  typeof value === 'string' || isArrayBuffer(value) || ArrayBuffer.isView(value) || isBlob(value)

/**
 * Decodes received data to messages, and encodes messages for sending.
 *
 * `decode` and `encode` may throw. An error of `decode` is passed to `onError`, one of `encode` is thrown by `send()`.
 * The connection stays open. Components that share a connection should use the same codec object: each message is then
 * decoded once for all of them.
 */
export interface Codec<Incoming, Outgoing = Incoming> {
  /** With 'arraybuffer', `decode` gets the bytes of a response body even if its `Content-Type` is textual. */
  readonly binaryType?: 'arraybuffer' | undefined
  /** @param info what is known of a response body; undefined for a message of a connection */
  decode(raw: WireData, info?: BodyInfo): Incoming
  /** @param isBody whether the message is the body of a request (option `input`); else it goes to a connection */
  encode(message: Outgoing, isBody?: boolean): Sendable
  /** True if an empty text is no message, as in JSON. A server-sent event with an ID and empty data then only moves the ID. */
  readonly ignoresEmpty?: boolean | undefined
}

/** What a codec is told of a response body. */
export interface BodyInfo {
  /** The `Content-Type` with its parameters, such as `charset`; '' if there is none. */
  readonly contentType: string
}

/** The decoder of a response body: the `decode` half of a codec. */
export type BodyCodec<Body = unknown> = Pick<Codec<Body, never>, 'binaryType' | 'decode' | 'ignoresEmpty'>

/** The encoder of a request body: the `encode` half of a codec. */
export type InputCodec<Input = unknown> = Pick<Codec<never, Input>, 'encode'>

/**
 * Requires a codec where `Incoming` is not the type in which messages arrive: a type argument alone decodes nothing.
 */
export type RequireCodec<Raw, Incoming, WithCodec, Without = unknown> = [Raw] extends [Incoming]
  ? Without
  : WithCodec

/** The type of the URL in a call without options. With a type argument, the error says to add a codec. */
export type UrlWithoutCodec<Raw, Incoming, Url> = [Raw] extends [Incoming]
  ? Url
  : 'A type argument decodes nothing. Add a codec: { codec: json<Message>() }'

type Schema<Output = unknown, Input = unknown> = StandardSchemaV1<Input, Output>

/** A codec for text in both directions. Received binary data is decoded as UTF-8. */
export function text(): Codec<string> {
  return textCodec
}

const textCodec: Codec<string> = { decode: asText, encode: (message) => message }

/** Whether a codec decodes the bytes of a body, whatever its `Content-Type`. */
export const expectsBytes = (codec: BodyCodec | undefined): boolean => codec?.binaryType === 'arraybuffer'

/**
 * A codec for binary data in both directions. A response body gives its bytes, whatever its `Content-Type`. Text
 * messages and server-sent events give their UTF-8 bytes. A Blob (`binaryType: 'blob'`) is an error, because it can
 * only be read asynchronously.
 */
export function binary(): Codec<ArrayBuffer, BufferSource> {
  return binaryCodec
}

const binaryCodec: Codec<ArrayBuffer, BufferSource> = {
  binaryType: 'arraybuffer',
  decode(raw) {
    if (typeof raw === 'string') return encodeUtf8(raw).buffer
    if (isArrayBuffer(raw)) return raw
    throw blobError(raw)
  },
  encode: (message) => message,
}

const schemaCodecs = new WeakMap<Schema, Codec<unknown, unknown>>()

/**
 * A codec for JSON in both directions. A Standard Schema (zod, valibot, arktype …), if given, validates each message.
 * The schema must be synchronous, so that messages stay in order.
 *
 * @param schema validates and transforms received messages; as `input` of a request, validates its body
 * @param outgoing validates messages before they are sent; they are sent as given
 * @throws TautlineError `bad-option` if `schema` is not a Standard Schema
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
      'json(schema) expects a Standard Schema. Use zod 3.24, valibot 1, arktype 2 or newer.',
      {
        option: 'codec',
      },
    )
  }
  if (outgoing) return jsonCodec(schema, outgoing)
  if (!schema) return plainJson
  // One codec per schema: `json(Schema)` in a component returns the same object in every render.
  const known = schemaCodecs.get(schema) ?? jsonCodec(schema)
  schemaCodecs.set(schema, known)
  return known
}

const plainJson = /* @__PURE__ */ jsonCodec()

function jsonCodec(schema?: Schema, outgoing?: Schema): Codec<unknown, unknown> {
  return {
    ignoresEmpty: true,
    decode(raw) {
      let value: unknown
      try {
        value = JSON.parse(asText(raw))
      } catch (cause) {
        throw new TautlineError(
          'decode',
          'The message is not valid JSON. Check what the server sends.',
          { raw },
          cause,
        )
      }
      return schema ? validate(schema, value, (issues, cause) => decodeError(raw, issues, cause)) : value
    },
    encode(message, isBody) {
      const encodeError = (text: ErrorText, cause?: unknown, issues?: Issues) =>
        new TautlineError('encode', text, { value: message, issues }, cause)
      const checkedBy = outgoing ?? (isBody ? schema : undefined)
      if (checkedBy)
        validate(checkedBy, message, (issues, cause) =>
          encodeError('The message to send does not match the schema. Correct the message.', cause, issues),
        )
      let encoded: string | undefined
      let cause: unknown
      try {
        encoded = JSON.stringify(message) // undefined for a function or symbol
      } catch (error) {
        // Not part of the text: for a circular reference, the platform's error names fields of the message.
        cause = error
      }
      if (encoded === undefined) {
        const text =
          'The message cannot be written as JSON. Remove functions, BigInts and circular references.'
        throw encodeError(text, cause)
      }
      return encoded
    },
  }
}

/** Creates the error of a failed validation. Its text omits the issues, because they may repeat the message. */
function decodeError(raw: WireData, issues: Issues | undefined, cause: unknown) {
  const text = issues
    ? `The message does not match the schema (${issues.length} issues). See \`issues\` of this error.`
    : 'The schema threw an error. See `thrown` of this error.'
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
  if (isPromiseLike(result)) {
    throw new TautlineError(
      'bad-option',
      'The schema is asynchronous, but messages must stay in order. Use a synchronous schema.',
      {
        option: 'codec',
      },
    )
  }
  if (result.issues) throw createError(result.issues)
  return result.value
}

/** Returns a message as text. @throws TautlineError `decode` for a Blob */
export function asText(raw: WireData): string {
  if (typeof raw === 'string') return raw
  if (isArrayBuffer(raw)) return decodeUtf8(raw)
  throw blobError(raw)
}

function blobError(raw: Blob): TautlineError<'decode'> {
  const message = "A Blob can only be read asynchronously. Set `binaryType` to 'arraybuffer'."
  return new TautlineError('decode', message, { raw })
}
