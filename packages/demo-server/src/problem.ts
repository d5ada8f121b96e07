/** What can be wrong with a request or a message, as a literal that a client can switch on. */
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

/** What a problem has beside its text. */
export interface ProblemExtras {
  /** The name of the field that is at fault, when it is one. */
  readonly field?: string
  /** Further members of the answer (RFC 9457, section 3.2). */
  readonly members?: Readonly<Record<string, unknown>>
  /** Of the HTTP answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** The one error that the server throws on purpose: an HTTP answer and a WebSocket message can both be made of it. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: ProblemCode
  /** The name of the field that is at fault, when it is one. */
  readonly field: string | undefined
  /** Further members of the answer (RFC 9457, section 3.2). */
  readonly members: Readonly<Record<string, unknown>>
  /** Of the HTTP answer, such as `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>

  /** @param extras The name of the field, or all that there is to add. */
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

/** Anything that was thrown, as a Problem. What nobody foresaw keeps its text on the server. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  console.error(thrown)
  return new Problem(500, 'internal', 'The server failed; its output says why')
}

/** The members that an HTTP answer (RFC 9457) and a WebSocket message have in common. */
export function problemFields(problem: Problem): { code: ProblemCode; detail: string; field?: string } {
  const fields = { code: problem.code, detail: problem.message }
  return { ...fields, ...(problem.field !== undefined && { field: problem.field }), ...problem.members }
}

/** The body of an HTTP answer (RFC 9457). */
export const problemBody = (problem: Problem): object => ({
  title: problem.code,
  status: problem.status,
  ...problemFields(problem),
})
