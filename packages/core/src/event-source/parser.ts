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
  event(event: ServerSentEvent): void
  /** A block without data has moved the last event ID. */
  cursor(id: string): void
  /** The reconnection time, in ms. */
  retry(ms: number): void
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
const LONGEST_RETRY = 2 ** 31 - 1

/**
 * A parser of one response. It takes text without a byte order mark: a `TextDecoder` has removed the one that the
 * standard allows, and a second one belongs to the first line.
 *
 * @param options.lastEventId what the request carried as `Last-Event-ID`: the events have it until the server gives another
 * @param options.limit at most so many UTF-16 units of one event, which are its data and the line that is being read
 */
// oxlint-disable-next-line max-lines-per-function -- a factory: the functions are the closures in it
export function createEventStreamParser(
  on: EventStreamHandlers,
  options: { readonly lastEventId?: string | undefined; readonly limit: number },
): EventStreamParser {
  const { lastEventId = '', limit } = options
  /** A line that has not ended yet. It is only added to: looking into it would copy all of it for each piece. */
  let line = ''
  /** The last piece ended in a CR: an LF that comes next belongs to the same line end. */
  let afterCR = false
  let stopped = false
  // The three buffers of section 9.2.6. Data is undefined where no `data` field has come, since an empty one counts.
  let data: string | undefined
  let type = ''
  let id = lastEventId
  /** The last event ID string: what the buffer was at the last blank line. */
  let cursor = lastEventId

  function stop() {
    stopped = true
    line = ''
    data = undefined
  }

  function check(length: number) {
    if (length + (data === undefined ? 0 : data.length) > limit) throw tooLarge(limit)
  }

  /** What a blank line does. The type is reset first: a handler may throw. */
  function dispatch(whole: string | undefined) {
    const event = type || 'message'
    const moved = id !== cursor
    type = ''
    cursor = id
    if (whole !== undefined) on.event({ event, data: whole, id })
    else if (moved) on.cursor(id)
  }

  /** A line that is neither blank nor data. Comments and unknown fields have none of these names. */
  function takeField(text: string, start: number, end: number) {
    if (isField('id', text, start, end)) {
      const value = valueOf(text, start + 2, end)
      if (!value.includes('\0')) id = value
    } else if (isField('event', text, start, end)) {
      type = valueOf(text, start + 5, end)
    } else if (isField('retry', text, start, end)) {
      const value = valueOf(text, start + 5, end)
      if (/^[0-9]+$/.test(value)) on.retry(Math.min(Number(value), LONGEST_RETRY))
    }
  }

  /** Takes the line from `start` to `end`, and says where the last line end is that this has dealt with. */
  function take(text: string, start: number, end: number): number {
    check(end - start)
    if (start === end) {
      const whole = data
      data = undefined
      dispatch(whole)
    } else if (isData(text, start, end)) {
      const value = valueOf(text, start + 4, end)
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
      takeField(text, start, end)
    }
    return end
  }

  function read(text: string) {
    let start = afterCR && text.charCodeAt(0) === LF ? 1 : 0
    let lf = find('\n', text, start)
    let cr = find('\r', text, start)
    let end = Math.min(lf, cr)
    while (end < text.length) {
      if (line === '') {
        end = take(text, start, end)
      } else {
        const whole = line + text.slice(start, end)
        line = ''
        take(whole, 0, whole.length)
      }
      if (stopped) return
      start = end + 1
      if (end === cr && lf === start) start++
      if (lf < start) lf = find('\n', text, start)
      if (cr < start) cr = find('\r', text, start)
      end = Math.min(lf, cr)
    }
    afterCR = text.charCodeAt(text.length - 1) === CR
    line += text.slice(start)
    check(line.length)
  }

  return {
    feed(text) {
      if (stopped || text === '') return
      try {
        read(text)
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
function valueOf(text: string, colon: number, end: number): string {
  return text.slice(text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1, end)
}

/** Where it stands next, or the length of the text. */
function find(char: string, text: string, from: number): number {
  const at = text.indexOf(char, from)
  return at < 0 ? text.length : at
}

function tooLarge(limit: number) {
  return new TautlineError(
    'too-large',
    `One event has more than ${limit} characters: raise maxEventLength, or ask the server for smaller events`,
    { limit },
  )
}
