import { validateOptions } from '../observer/check-options.ts'
import { isArrayBuffer } from '../shared/brand.ts'
import { type WireData, asText } from '../shared/codec.ts'
import type { ErrorText } from '../shared/error-message.ts'
import { TautlineError, unsupportedError } from '../shared/errors.ts'
import { decodeUtf8 } from '../shared/utf8.ts'

/** One received WebSocket message, split into its ID and the data that the codec decodes. */
export interface Frame {
  /** What the codec gets. '' with an ID and a codec for JSON: no message, but the cursor moves. */
  readonly data: WireData
  /** The ID of the message, from which the stream resumes. Undefined or '': the message moves no cursor. */
  readonly id?: string | undefined
}

/**
 * How received messages carry their IDs: `jsonFrames()`, `nchanFrames()`, `cloudEvents()`, or your own.
 *
 * An error that `read` throws is passed to `onError` with the code `decode`. The message is not delivered, and the
 * connection stays open.
 *
 * @example
 * // '17 hello' is the message 'hello' with the ID '17'
 * const frames: Frames = {
 *   read(raw) {
 *     const [, id, data = ''] = /^(\d+) (.*)$/s.exec(String(raw)) ?? []
 *     return { id, data }
 *   },
 * }
 */
export interface Frames {
  /** The subprotocols that these frames need. They are offered before those of the option `protocols`. @default none */
  readonly protocols?: readonly string[] | undefined
  /**
   * Two frames with the same key are equal, so that their components share a connection. @default the function `read`
   * is compared
   */
  readonly key?: string | undefined
  /** Splits a message as received, before decoding. */
  read(raw: WireData): Frame
}

/** The options of `jsonFrames()`. */
export interface JsonFramesOptions {
  /** The name of the field that has the ID: a string, or an integer up to 2^53 - 1, which becomes its decimal text. */
  readonly id: string
  /**
   * The name of the field that has the message. The codec gets it as JSON text, and '' if the field is missing: with
   * `json()` such a frame only moves the cursor. @default the whole text is the message
   */
  readonly data?: string | undefined
}

/**
 * Frames that are JSON objects with the ID in a field. An ID of another type, '' or a missing one is none. An integer
 * over 2^53 - 1 loses digits in JavaScript, so that its frame cannot be read: send such IDs as strings.
 *
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * // {"seq": 17, "item": {"text": "hello"}}
 * useWebSocket('/live', {
 *   resume: resumable({ frames: jsonFrames({ id: 'seq', data: 'item' }), query: 'after' }),
 *   codec: json(Item),
 * })
 */
export function jsonFrames(options: JsonFramesOptions): Frames {
  validateOptions({ frames: options }, { frames: 'object', 'frames.id': 'string', 'frames.data': 'string' })
  const { id, data }: Partial<JsonFramesOptions> = Object(options)
  if (!id) {
    const text = "jsonFrames() needs the name of the field that has the ID: write jsonFrames({ id: 'seq' })"
    throw new TautlineError('bad-option', text, { option: 'frames.id' })
  }
  return {
    key: JSON.stringify(['json', id, data]),
    read(raw) {
      const fields = parseObject(raw)
      return {
        id: toId(fields[id], raw),
        data: data === undefined ? raw : toJson(fields[data]),
      }
    },
  }
}

/**
 * Frames of nchan: each message has its ID and content type before the body. They need the subprotocol
 * `ws+meta.nchan`, which nchan only accepts if it is offered alone. The cursor goes into `last_event_id`.
 *
 * @see https://nchan.io/#metadata
 *
 * @example
 * useWebSocket('/ch/news', { resume: resumable({ frames: nchanFrames(), query: 'last_event_id' }) })
 */
export function nchanFrames(): Frames {
  return nchan
}

const nchan: Frames = {
  protocols: ['ws+meta.nchan'],
  key: 'nchan',
  read(raw) {
    const [head, data] = splitHead(raw)
    const [, id] = /^id: *(.+)$/m.exec(head) ?? []
    return { id, data }
  },
}

/** The options of `cloudEvents()`. */
export interface CloudEventsOptions {
  /**
   * What the codec gets: the whole event as JSON, or its data alone. Data in JSON is given as JSON text, `data_base64`
   * as an ArrayBuffer, other data as text, and missing data as ''. @default 'event'
   */
  readonly message?: 'event' | 'data' | undefined
}

/**
 * Frames that are CloudEvents in the JSON format. They need the subprotocol `cloudevents.json`. An event is identified by
 * its source and ID together, so the cursor is both with a space between them, such as '/orders 17'. A source has no
 * space. An event without `id` or `source` cannot be read.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/websockets-protocol-binding.md
 * @throws TautlineError `bad-option` for an invalid option
 *
 * @example
 * useWebSocket('/events', {
 *   resume: resumable({ frames: cloudEvents(), query: 'after' }),
 *   codec: json(OrderEvent), // with type, source, data …
 * })
 */
export function cloudEvents(options: CloudEventsOptions = {}): Frames {
  validateOptions({ frames: options }, { frames: 'object', 'frames.message': 'event|data' })
  const isDataOnly = options.message === 'data'
  return {
    protocols: ['cloudevents.json'],
    key: `cloudevents ${isDataOnly}`,
    read(raw) {
      const event = parseObject(raw)
      const { id, source } = event
      if (!id || !source || typeof id !== 'string' || typeof source !== 'string')
        throw unreadable(raw, 'the CloudEvent has no `id` or no `source`: both are required')
      return { id: `${source} ${id}`, data: isDataOnly ? dataOf(event) : raw }
    },
  }
}

/** Returns the data of a CloudEvent (JSON Event Format, section 3.1). */
function dataOf({ data_base64: base64, data, datacontenttype: type }: Fields): WireData {
  if (typeof base64 === 'string') return decodeBase64(base64)
  const isJson = typeof type !== 'string' || /[/+]json\s*(;|$)/i.test(type)
  return !isJson && typeof data === 'string' ? data : toJson(data)
}

function decodeBase64(base64: string): ArrayBuffer {
  if (typeof atob !== 'function') throw unsupportedError('atob', 'load a polyfill, or send `data` instead')
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer
}

type Fields = Readonly<Record<string, unknown>>

function parseObject(raw: WireData): Fields {
  let value: unknown
  try {
    value = JSON.parse(asText(raw))
  } catch (cause) {
    if (cause instanceof TautlineError) throw cause
    throw unreadable(raw, 'it is not valid JSON', cause)
  }
  if (typeof value !== 'object' || !value || Array.isArray(value))
    throw unreadable(raw, 'it is no JSON object')
  // Without the members that every object inherits, such as `constructor`.
  return Object.assign(Object.create(null), value)
}

/** Returns a field as JSON text; '' if it is missing. */
const toJson = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value))

function toId(value: unknown, raw: WireData): string | undefined {
  if (typeof value === 'string') return value || undefined
  if (typeof value !== 'number') return undefined
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER)
    throw unreadable(raw, 'its ID is a number over 2^53 - 1, which loses digits: send it as a string')
  return String(value)
}

/** Splits a message at the first empty line. Binary data stays binary. */
function splitHead(raw: WireData): [head: string, body: WireData] {
  const incomplete = () =>
    unreadable(raw, 'no empty line ends its metadata. Does the server use ws+meta.nchan?')
  if (isArrayBuffer(raw)) {
    const bytes = new Uint8Array(raw)
    const end = bytes.findIndex((byte, index) => byte === 10 && bytes[index + 1] === 10)
    if (end < 0) throw incomplete()
    return [decodeUtf8(bytes.subarray(0, end)), raw.slice(end + 2)]
  }
  const text = asText(raw)
  const end = text.indexOf('\n\n')
  if (end < 0) throw incomplete()
  return [text.slice(0, end), text.slice(end + 2)]
}

/** Creates the error of a message that is no frame. @param why the end of a sentence, without data of the message */
function unreadable(raw: WireData, why: ErrorText, cause?: unknown): TautlineError<'decode'> {
  const text = `The message has no readable frame: ${why}. See \`raw\` of this error.`
  return new TautlineError('decode', text, { raw }, cause)
}
