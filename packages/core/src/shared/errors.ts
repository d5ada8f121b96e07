import { isError } from './brand.ts'
import { type ErrorText, toErrorMessage } from './error-message.ts'
import type { MessageKey } from './message-key.ts'

/**
 * The fields of each error, by its code, in addition to `message`, `thrown` and `cause`.
 *
 * Fields may contain secrets, such as a URL with a token or an unsent message. They are therefore not in the error's
 * message or stack, and loggers do not print them.
 */
export interface ErrorFields {
  /** An option has the wrong type or is out of range. Thrown at once, because it is a mistake in the program. */
  'bad-option': { readonly option: string }
  /** The URL cannot be parsed or has an unsupported scheme. `url` has the given URL, at most 8192 characters of it. */
  'bad-url': { readonly url: string }
  /**
   * The platform rejected the list of subprotocols, for example because of a duplicate (RFC 6455, section 4.1).
   * The error only has their number, because some programs send tokens as subprotocols.
   */
  'bad-protocols': { readonly count: number }
  /**
   * `close()` was called with a code other than 1000 or 3000 to 4999, or with a reason over 123 bytes. Thrown at once.
   */
  'bad-close': { readonly closeCode?: number | undefined; readonly bytes?: number | undefined }
  /** The platform lacks a feature, such as `fetch`. */
  unsupported: { readonly feature: string }
  /**
   * A function in the options threw, rejected or returned nothing that can be used. `provider` is the option; `thrown`
   * has its error.
   */
  provider: { readonly provider: string }
  /** A time limit passed. `timeout` is the limit, in ms. */
  timeout: { readonly phase: 'connect' | 'reply' | 'silence' | 'request'; readonly timeout: number }
  /** The connection could not be opened: the handshake failed, or the network is down. */
  'connect-failed': CloseDetail
  /** An open connection was closed (RFC 6455, section 7.4 has the codes). */
  closed: CloseDetail
  /** The body of a response ended inside a line, although it was not cut off. */
  truncated: CloseDetail
  /** The server responded with an error status, or with one that opens no stream (RFC 9110, section 15). */
  http: HttpErrorFields
  /**
   * The server responded, but this page may not read the response: the server does not allow the page's origin, header
   * or method (Fetch standard, "CORS protocol").
   */
  cors: { readonly origin: string }
  /**
   * The request was aborted: by `abort()`, by its signal, or because its component unmounted. The promise of the
   * request rejects with this error; a hook does not show it.
   */
  aborted: { readonly by: 'user' | 'component' }
  /**
   * The response has another media type than expected, for example because it is a login page. `contentType` is '' if
   * the response has no type.
   */
  'content-type': { readonly expected: string; readonly contentType: string }
  /** An event is longer than `limit` characters (UTF-16 units), or a response is larger than `limit` bytes. */
  'too-large': { readonly limit: number }
  /**
   * The page was frozen, or the component unmounted, while a non-idempotent request such as a POST was in flight. It is
   * not retried automatically.
   */
  interrupted: { readonly by: 'page' | 'component' }
  /** A message could not be decoded. `raw` is the message as received; `issues` are those of the schema. */
  decode: { readonly raw: unknown; readonly issues?: readonly unknown[] | undefined }
  /**
   * A message could not be encoded, or has a type that cannot be sent. `value` is the message; `issues` are those of the
   * schema.
   */
  encode: { readonly value: unknown; readonly issues?: readonly unknown[] | undefined }
  /**
   * Messages were dropped without being sent. `messages` has them, oldest first, in encoded form. With `acks`, some may
   * have been sent without being confirmed: `unconfirmed` has their keys; whether they have arrived is unknown.
   */
  dropped: {
    readonly messages: readonly unknown[]
    readonly why: DropReason
    readonly unconfirmed?: readonly MessageKey[] | undefined
  }
  /**
   * Messages may be missing: the stream could not resume as usual after the message with the ID `after`, or a component
   * joined a response whose earlier messages are not stored (`after` is ''). `before` is the ID of the next message that
   * arrived, if `isNext` has found the gap.
   */
  gap: { readonly after: string; readonly before?: string | undefined }
  /** A `for await` loop was too slow: more than `limit` messages waited for it. */
  overflow: { readonly limit: number }
}

/** The fields of an `HttpError`. */
export interface HttpErrorFields {
  /** The status code (RFC 9110, section 15). */
  readonly status: number
  /** The delay that the server requested by `Retry-After` (RFC 9110, section 10.2.3), in ms. */
  readonly retryAfter?: number | undefined
  /** The headers of the response. */
  readonly headers?: Headers | undefined
  /**
   * The body, decoded by its `Content-Type`: parsed JSON, text, or an ArrayBuffer. That of an event stream is always
   * text or JSON.
   */
  readonly body?: unknown
  /** The body of an `application/problem+json` response. */
  readonly problem?: ProblemDetails | undefined
}

/** The server's description of an error (RFC 9457, section 3.1). It may have further members. */
export interface ProblemDetails {
  readonly type?: string | undefined
  readonly title?: string | undefined
  readonly status?: number | undefined
  readonly detail?: string | undefined
  readonly instance?: string | undefined
  readonly [member: string]: unknown
}

/** How a connection ended: the fields of a `CloseEvent`. */
export interface CloseDetail {
  readonly closeCode: number
  readonly reason: string
  readonly wasClean: boolean
}

/**
 * Why messages were dropped: the outbox was full, the URL or identity changed, the connection was closed, or the request
 * that carried the message has failed (`thrown` has its error).
 */
export type DropReason = 'overflow' | 'destination' | 'closed' | 'failed'

/** The codes of all errors. */
export type ErrorCode = keyof ErrorFields

/** The longest error message, in characters, so that a long value does not fill a log. */
const MAX_MESSAGE_LENGTH = 400

/**
 * The fields that every error has. No interface: TypeScript cannot write the name of a private one into the types of an
 * application.
 */
type ErrorBase<Code extends ErrorCode> = Error & {
  /** Identifies the kind of error, and so its fields. */
  readonly code: Code
  /** The original error of an option function, a codec or the platform, if there is one. It may contain a secret. */
  readonly thrown: unknown
}

/**
 * The type of every error that Tautline creates. It is a union: a check of `code` gives access to the error's fields.
 *
 * It is safe to log. Its message, stack and causes name a server only by its origin. They contain no sent or received
 * message, body, header, close reason or credential. Fields that may contain one are not enumerable, so that loggers
 * and `JSON.stringify` omit them.
 *
 * @example
 * if (error?.code === 'http' && error.status === 404) return <NotFound />
 */
export type TautlineError<Code extends ErrorCode = ErrorCode> = {
  [One in Code]: ErrorBase<One> & ErrorFields[One]
}[Code]

interface ErrorConstructorOf<Codes extends ErrorCode> {
  /** @param cause the original error, stored as `thrown`; the field `cause` has a copy of it without its text */
  new <Code extends Codes>(
    code: Code,
    message: string,
    fields: ErrorFields[Code],
    cause?: unknown,
  ): TautlineError<Code>
  /** Makes `instanceof` narrow to the union. */
  readonly prototype: TautlineError
}

// A class cannot declare that its instances are a union. The constructor defines the fields that the type declares.
const BaseError = class TautlineError extends Error {
  readonly code: ErrorCode
  declare readonly thrown: unknown

  constructor(code: ErrorCode, message: string, fields: ErrorFields[ErrorCode], cause?: unknown) {
    super(
      truncate(toErrorMessage(message, code, fields), MAX_MESSAGE_LENGTH),
      cause === undefined ? undefined : { cause: toSafeCause(cause) },
    )
    // Also for subclasses: `isTautlineError` compares it, so that errors of another copy of the package are recognized.
    this.name = 'TautlineError'
    this.code = code
    for (const [name, value] of Object.entries({ ...fields, thrown: cause }))
      Object.defineProperty(this, name, { value })
    // V8 retains the objects of all stack frames until the stack is read for the first time. A stored error would
    // otherwise retain a socket with its buffers and, through its cause, those of all earlier attempts.
    void this.stack
  }
} as ErrorConstructorOf<ErrorCode>

/** The class of every error, for `instanceof`. Errors with the code `http` are instances of the subclass `HttpError`. */
export const TautlineError: ErrorConstructorOf<Exclude<ErrorCode, 'http'>> = BaseError

/**
 * The error of a response with an error status, or with a status that opens no connection. Its `code` is `http`.
 *
 * @example
 * if (error instanceof HttpError) console.log(error.status)
 */
export class HttpError extends BaseError<'http'> {
  constructor(message: string, fields: HttpErrorFields) {
    super('http', message, fields)
  }
}

/** Cuts a text after `length` characters and marks the cut. */
export function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

/** The error names that messages may show. Other names can contain anything, even a secret. */
const KNOWN_ERROR_NAME = /^((Type|Syntax|Range|Reference|Abort|Timeout|Network|Security)Error|DOMException)$/

/** The system codes of network and certificate errors in Node, undici and OpenSSL. */
const SYSTEM_CODE = /^(E[A-Z]{3,14}|(EAI|(UND_)?ERR|CERT|DEPTH|SELF|UNABLE)_[A-Z\d_]{2,40})$/

/** Returns a Tautline error unchanged; replaces any other by an error with only its name and system code. */
function toSafeCause(cause: unknown): Error {
  if (isTautlineError(cause)) return cause
  let text = 'Error'
  if (isError(cause)) {
    // Releases the objects of its stack frames, as in the constructor.
    void cause.stack
    if (KNOWN_ERROR_NAME.test(cause.name)) text = cause.name
    const code = findSystemCode(cause, 5)
    if (code) text += ` (${code})`
  }
  text += ': read `thrown` for the original'
  const error = new Error(text)
  // Releases them here, too. The stack is then replaced, because it would only show where this copy was made.
  void error.stack
  error.stack = `Error: ${text}`
  return error
}

/**
 * Finds the system code of an error or its causes. `depth` limits the search, because an error may be its own cause.
 */
function findSystemCode(error: unknown, depth: number): string | undefined {
  if (!isError(error) || depth === 0) return undefined
  const { code, cause } = error as Error & { readonly code?: unknown } // errors of Node have one
  return typeof code === 'string' && SYSTEM_CODE.test(code) ? code : findSystemCode(cause, depth - 1)
}

/** Creates the cause of an error: what the application has passed or returned cannot be used. */
export const misuseError = (text: ErrorText): TypeError => new TypeError(text)

/** Creates the error of an option function that failed. */
export function providerError(
  provider: string,
  cause: unknown,
  text: ErrorText = `The ${provider} function failed: see \`thrown\``,
): TautlineError<'provider'> {
  return new TautlineError('provider', text, { provider }, cause)
}

/** Creates the error of a missing feature. @param advice what to do, as the end of a sentence */
export const unsupportedError = (
  feature: string,
  advice: ErrorText,
  cause?: unknown,
): TautlineError<'unsupported'> =>
  new TautlineError('unsupported', `This platform has no ${feature}: ${advice}`, { feature }, cause)

/** Returns a Tautline error unchanged; wraps any other, such as one that a custom `fetch` threw. */
export function toTautlineError(cause: unknown): TautlineError {
  return isTautlineError(cause) ? cause : providerError('request', cause, 'The request failed: see `thrown`')
}

/** Tests whether a value is a Tautline error, with `code` if given. Works across two copies of the package. */
export function isTautlineError<Code extends ErrorCode = ErrorCode>(
  value: unknown,
  code?: Code,
): value is TautlineError<Code> {
  return (
    isError(value) &&
    value.name === 'TautlineError' &&
    'code' in value &&
    (code === undefined || value.code === code)
  )
}

/** Receives errors that no caller can catch, as the page's `reportError` does (HTML standard, section 8.1.4.6). */
export interface ErrorReporter {
  reportError(error: unknown): void
}
