import { TautlineError } from '../shared/errors.ts'

/** One event of a stream, as it was dispatched. */
export interface ServerSentEvent {
  /** The event's type: 'message' unless the server named it. */
  readonly event: string
  readonly data: string
  /** The last event ID at that point; '' for none. It stays from one event to the next until the server gives another. */
  readonly id: string
}

/** What a stream says. One that throws stops the parser, and its error passes through `feed`. */
export interface EventStreamHandlers {
  onEvent(event: ServerSentEvent): void
  /** A block without data has moved the last event ID. */
  onId(id: string): void
  /** The reconnection time, in ms. */
  onRetry(ms: number): void
}

/** Reads a `text/event-stream` as it comes (HTML standard, sections 9.2.5 and 9.2.6). */
export interface EventStreamParser {
  /** Takes the next piece of decoded text, cut anywhere. @throws TautlineError `too-large` */
  feed(text: string): void
  /** Nothing more is dispatched, not even the rest of the piece that is being fed. */
  stop(): void
}

const LF = 10
const CR = 13
const SPACE = 32
const COLON = 58

/** The longest wait that a timer can hold, in ms. */
const MAX_RETRY_MS = 2 ** 31 - 1

/**
 * A parser of one response. It takes text without a byte order mark: a `TextDecoder` has removed the one that the
 * standard allows, and a second one belongs to the first line.
 *
 * @param options.lastEventId what the request carried as `Last-Event-ID`: the events have it until the server gives another
 * @param options.limit at most so many UTF-16 units of one event, which are its data and the line that is being read
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createEventStreamParser(
  handlers: EventStreamHandlers,
  options: { readonly lastEventId?: string | undefined; readonly limit: number },
): EventStreamParser {
  const { lastEventId = '', limit } = options
  /** A line that has not ended yet. It is only added to: looking into it would copy all of it for each piece. */
  let line = ''
  /** The last piece ended in a CR: an LF that comes next belongs to the same line end. */
  let isAfterCR = false
  let isStopped = false
  // The three buffers of section 9.2.6. Data is undefined where no `data` field has come, since an empty one counts.
  let data: string | undefined
  let type = ''
  let id = lastEventId
  /** The last event ID string: what the buffer was at the last blank line. */
  let cursor = lastEventId

  function stop() {
    isStopped = true
    line = ''
    data = undefined
  }

  function checkLimit(length: number) {
    if (length + (data === undefined ? 0 : data.length) > limit) throw tooLargeError(limit)
  }

  /** What a blank line does. The type is reset first: a handler may throw. */
  function dispatch(fullText: string | undefined) {
    const event = type || 'message'
    const hasIdChanged = id !== cursor
    type = ''
    cursor = id
    if (fullText !== undefined) handlers.onEvent({ event, data: fullText, id })
    else if (hasIdChanged) handlers.onId(id)
  }

  /** A line that is neither blank nor data. Comments and unknown fields have none of these names. */
  function processField(text: string, start: number, end: number) {
    if (isField('id', text, start, end)) {
      const value = parseFieldValue(text, start + 2, end)
      if (!value.includes('\0')) id = value
    } else if (isField('event', text, start, end)) {
      type = parseFieldValue(text, start + 5, end)
    } else if (isField('retry', text, start, end)) {
      const value = parseFieldValue(text, start + 5, end)
      if (/^[0-9]+$/.test(value)) handlers.onRetry(Math.min(Number(value), MAX_RETRY_MS))
    }
  }

  /** Takes the line from `start` to `end`, and says where the last line end is that this has dealt with. */
  function processLine(text: string, start: number, end: number): number {
    checkLimit(end - start)
    if (start === end) {
      const fullText = data
      data = undefined
      dispatch(fullText)
    } else if (isData(text, start, end)) {
      const value = parseFieldValue(text, start + 4, end)
      if (data !== undefined) {
        data = `${data}\n${value}`
      } else if (text.charCodeAt(end) === LF && text.charCodeAt(end + 1) === LF) {
        // Most events have one line: such a one goes out without a stop in the buffer, some 20 % faster.
        dispatch(value)
        return end + 1
      } else {
        data = value
      }
    } else {
      processField(text, start, end)
    }
    return end
  }

  function processText(text: string) {
    let start = isAfterCR && text.charCodeAt(0) === LF ? 1 : 0
    let lf = indexOrEnd('\n', text, start)
    let cr = indexOrEnd('\r', text, start)
    let end = Math.min(lf, cr)
    while (end < text.length) {
      if (line === '') {
        end = processLine(text, start, end)
      } else {
        const fullText = line + text.slice(start, end)
        line = ''
        processLine(fullText, 0, fullText.length)
      }
      if (isStopped) return
      start = end + 1
      if (end === cr && lf === start) start++
      if (lf < start) lf = indexOrEnd('\n', text, start)
      if (cr < start) cr = indexOrEnd('\r', text, start)
      end = Math.min(lf, cr)
    }
    isAfterCR = text.charCodeAt(text.length - 1) === CR
    line += text.slice(start)
    checkLimit(line.length)
  }

  return {
    feed(text) {
      if (isStopped || text === '') return
      try {
        processText(text)
      } catch (error) {
        // The rest of the piece is lost, and the next one would be read as if it followed.
        stop()
        throw error
      }
    },
    stop,
  }
}

/** The same as `isField('data', …)`, spelled out: most lines are data, and the whole parser is some 8 % faster. */
function isData(text: string, start: number, end: number): boolean {
  return (
    text.charCodeAt(start) === 100 && // d
    text.charCodeAt(start + 1) === 97 && // a
    text.charCodeAt(start + 2) === 116 && // t
    text.charCodeAt(start + 3) === 97 && // a
    (start + 4 === end || text.charCodeAt(start + 4) === COLON)
  )
}

/** Whether the line from `start` to `end` is the field: with a colon behind the name, or the name alone. */
function isField(name: string, text: string, start: number, end: number): boolean {
  const colon = start + name.length
  return text.startsWith(name, start) && (colon === end || text.charCodeAt(colon) === COLON)
}

/** What stands behind the colon and one space; '' where there is no colon. */
function parseFieldValue(text: string, colon: number, end: number): string {
  return text.slice(text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1, end)
}

/** Where it stands next, or the length of the text. */
function indexOrEnd(char: string, text: string, from: number): number {
  const index = text.indexOf(char, from)
  return index < 0 ? text.length : index
}

function tooLargeError(limit: number) {
  return new TautlineError(
    'too-large',
    `One event has more than ${limit} characters: raise maxEventLength, or ask the server for smaller events`,
    { limit },
  )
}
