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
   * Returns the ID of a message, from which the stream resumes; undefined, null, NaN or an infinite number for none.
   * Its argument is the parsed JSON, before your codec. Without it, a response that breaks off is requested from its
   * beginning, and `data` starts anew.
   */
  readonly id?: ((value: unknown) => string | number | null | undefined) | undefined
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
  const isSequence = delimiter.source !== '\\n'
  let id = lastEventId
  /** The complete lines of a record that continues. Joined only at its end: joining at each line would copy it. */
  let lines: string[] = []
  let linesLength = 0
  /** How many brackets are open at the end of `lines`. */
  let depth = 0
  /** The incomplete last line. */
  let line = ''
  let isStopped = false
  let isPaused = false

  function takeRecord(lastLine: string): string {
    const record = lines.length > 0 ? [...lines, lastLine].join('\n') : lastLine
    lines = []
    linesLength = depth = 0
    return record
  }

  function stop() {
    isStopped = true
    takeRecord('')
    line = ''
  }

  function checkLimit(length: number) {
    if (linesLength + length > limit) throw tooLargeError(limit)
  }

  function dispatch(record: string) {
    const data = record.trim()
    if (data === '') return
    const value = toId && parseJson(data)
    if (toId && value !== undefined) id = callForId(toId, value) ?? id
    onEvent({ event: 'message', data, id })
  }

  /** @param mark the delimiter; a line end inside a record of a sequence is part of it */
  function endLine(text: string, mark: string) {
    checkLimit(text.length)
    if (isSequence && mark === '\n') {
      depth = depthAfter(text, depth)
      if (depth > 0) {
        linesLength += text.length + 1
        return void lines.push(text)
      }
    }
    dispatch(takeRecord(text))
  }

  /** Returns the rest of the text after a pause, else ''. */
  function feed(text: string): string {
    let start = 0
    for (const { index, 0: mark } of text.matchAll(delimiter)) {
      const fullLine = line + text.slice(start, index)
      line = ''
      start = index + 1
      endLine(fullLine, mark)
      if (isStopped) return ''
      if (isPaused && start < text.length) return text.slice(start)
    }
    line += text.slice(start)
    checkLimit(line.length)
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
      const last = takeRecord(line)
      // A number, true, false or null of a sequence may be cut off unless white space follows (RFC 7464, section 2.4).
      const mayBeCut = isSequence && /\w$/.test(last)
      const isTruncated = last.trim() !== '' && (mayBeCut || parseJson(last) === undefined)
      if (!isTruncated && !isStopped) dispatch(last)
      stop()
      return isTruncated
    },
    pause: () => void (isPaused = true),
    stop,
  }
}

/** Returns how many brackets are open after a line of JSON, in which no string continues from the line before. */
function depthAfter(line: string, depthBefore: number): number {
  let depth = depthBefore
  let isInString = false
  for (let index = 0; index < line.length; index++) {
    const char = line[index]
    if (char === '"') isInString = !isInString
    else if (char === '\\' && isInString) index++
    else if (isInString) continue
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
  }
  return depth
}

/** Returns the value of a JSON text; undefined if it is not valid. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the ID of a message; undefined if it has none. */
function callForId(toId: NonNullable<StreamFormatOptions['id']>, value: unknown): string | undefined {
  try {
    const id = toId(value)
    return id === undefined || id === null || (typeof id === 'number' && !Number.isFinite(id))
      ? undefined
      : String(id)
  } catch (cause) {
    throw providerError('format.id', cause)
  }
}
