import { providerError } from '../shared/errors.ts'
import { type EventStreamHandlers, type EventStreamParser, tooLargeError } from './parser.ts'

/** A format of streams other than server-sent events: `ndjson()`, `jsonSequence()` or `eventsOrJson()`. */
export interface StreamFormat {
  /** The media types of a response. The first ones are sent as `Accept`. */
  readonly types: readonly string[]
  createParser(
    handlers: EventStreamHandlers,
    options: {
      readonly lastEventId?: string | undefined
      readonly limit: number
      /** The `Content-Type` of the response. */
      readonly contentType: string
    },
  ): EventStreamParser
}

/** The options of `ndjson()` and `jsonSequence()`. */
export interface StreamFormatOptions {
  /**
   * Returns the ID of a message, from which the stream resumes. Its argument is the parsed JSON, before your codec.
   * Without it, a response that breaks off is requested from its beginning, and `data` starts anew.
   */
  readonly id?: ((value: unknown) => string | number | undefined) | undefined
}

/**
 * Newline-delimited JSON: each line is a message, which `codec` decodes.
 *
 * The end of the response is its completion, unless `atEnd` says otherwise. A last line without a line end counts if it
 * is JSON; if not, the response is truncated.
 *
 * @example
 * useEventSource('/api/generate', { method: 'POST', body, format: ndjson(), codec: json<Chunk>() })
 */
export function ndjson({ id }: StreamFormatOptions = {}): StreamFormat {
  return {
    types: [
      'application/x-ndjson',
      'application/ndjson',
      'application/jsonl',
      'application/x-jsonlines',
      'application/json',
      'text/plain',
    ],
    createParser: (handlers, options) => createRecordParser(/\n/g, id, handlers, options),
  }
}

/** A JSON text sequence (RFC 7464): each text after a record separator is a message, which `codec` decodes. */
export function jsonSequence({ id }: StreamFormatOptions = {}): StreamFormat {
  return {
    types: ['application/json-seq'],
    // oxlint-disable-next-line no-control-regex -- the record separator
    createParser: (handlers, options) => createRecordParser(/[\u001e\n]/g, id, handlers, options),
  }
}

// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
function createRecordParser(
  delimiter: RegExp,
  toId: StreamFormatOptions['id'],
  { onEvent }: EventStreamHandlers,
  { lastEventId = '', limit }: { readonly lastEventId?: string | undefined; readonly limit: number },
): EventStreamParser {
  let id = lastEventId
  /** The incomplete last record. */
  let rest = ''
  let isStopped = false
  let isPaused = false

  function stop() {
    isStopped = true
    rest = ''
  }

  function dispatch(record: string) {
    const data = record.trim()
    if (data === '') return
    const value = toId && parse(data)
    if (toId && value !== undefined) id = String(callForId(toId, value) ?? id)
    onEvent({ event: 'message', data, id })
  }

  /** @param mark the delimiter; a line end inside a record of a sequence is part of it, if the JSON continues */
  function endRecord(record: string, mark: string | undefined) {
    const isPart = mark === '\n' && delimiter.source !== '\\n' && parse(record) === undefined
    rest = isPart && record.trim() !== '' ? `${record}\n` : ''
    if (rest === '') dispatch(record)
  }

  /** Returns the rest of the text after a pause, else ''. */
  function feed(text: string): string {
    let start = 0
    for (const { index, 0: mark } of text.matchAll(delimiter)) {
      const record = rest + text.slice(start, index)
      if (record.length > limit) throw tooLargeError(limit)
      start = index + 1
      endRecord(record, mark)
      if (isStopped) return ''
      if (isPaused && start < text.length) return text.slice(start)
    }
    rest += text.slice(start)
    if (rest.length > limit) throw tooLargeError(limit)
    return ''
  }

  return {
    feed(text) {
      if (isStopped || text === '') return ''
      isPaused = false
      try {
        return feed(text)
      } catch (error) {
        stop()
        throw error
      }
    },
    end() {
      const last = rest
      const isTruncated = last.trim() !== '' && parse(last) === undefined
      if (!isTruncated && !isStopped) dispatch(last)
      stop()
      return isTruncated
    },
    pause: () => void (isPaused = true),
    stop,
  }
}

/** Returns the value of a JSON text; undefined if it is not valid. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function callForId(toId: NonNullable<StreamFormatOptions['id']>, value: unknown) {
  try {
    return toId(value)
  } catch (cause) {
    throw providerError('format.id', cause)
  }
}
