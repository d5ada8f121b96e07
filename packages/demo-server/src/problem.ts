/** The kinds of problems with a request or a message. */
export type ProblemCode =
  | 'bad-input'
  | 'bad-json'
  | 'changed'
  | 'conflict'
  | 'internal'
  | 'invalid'
  | 'key-reused'
  | 'method-not-allowed'
  | 'no-protocol'
  | 'not-found'
  | 'rate-limited'
  | 'text-only'
  | 'too-large'
  | 'too-many'
  | 'unauthorized'
  | 'unknown-recipient'
  | 'unsupported-type'
  | 'upgrade-required'

/** The optional parts of a problem. */
export interface ProblemExtras {
  /** The name of the invalid field, if the problem is about one. */
  readonly field?: string
  /** Further members of the response (RFC 9457, section 3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  /** Headers of the HTTP response, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The only error that the server throws intentionally. It becomes an HTTP response or a WebSocket message. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: ProblemCode
  /** The name of the invalid field, if the problem is about one. */
  readonly field: string | undefined
  /** Further members of the response (RFC 9457, section 3.2). */
  readonly members: Readonly<Record<string, unknown>>
  /** Headers of the HTTP response, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>

  /** @param extras The name of the field, or all optional parts. */
  constructor(status: number, code: ProblemCode, message: string, extras: string | ProblemExtras = {}) {
    super(message)
    const { field, members = {}, headers = {} } = typeof extras === 'string' ? { field: extras } : extras
    this.status = status
    this.code = code
    this.field = field
    this.members = members
    this.headers = headers
  }
}

/** Converts anything that was thrown to a Problem. The text of an unexpected error is not sent to the client. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  console.error(thrown)
  return new Problem(500, 'internal', 'The server failed. Its console output has the error')
}

/** The members that an HTTP response (RFC 9457) and a WebSocket message have in common. */
export function problemFields(problem: Problem): { code: ProblemCode; detail: string; field?: string } {
  const fields = { code: problem.code, detail: problem.message }
  return { ...fields, ...(problem.field !== undefined && { field: problem.field }), ...problem.members }
}

/** The body of an HTTP response (RFC 9457). */
export const problemBody = (problem: Problem): object => ({
  title: problem.code,
  status: problem.status,
  ...problemFields(problem),
})
