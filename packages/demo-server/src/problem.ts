/** What can be wrong with a request or a message, as a literal that a client can switch on. */
export type ProblemCode =
  | 'bad-input'
  | 'bad-json'
  | 'internal'
  | 'method-not-allowed'
  | 'no-protocol'
  | 'not-found'
  | 'text-only'
  | 'too-large'
  | 'too-many'
  | 'unauthorized'
  | 'unknown-recipient'
  | 'upgrade-required'

/** The one error that the server throws on purpose: an HTTP answer and a WebSocket message can both be made of it. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: ProblemCode
  /** The name of the field that is at fault, when it is one. */
  readonly field: string | undefined

  constructor(status: number, code: ProblemCode, message: string, field?: string) {
    super(message)
    this.status = status
    this.code = code
    this.field = field
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
  return problem.field === undefined ? fields : { ...fields, field: problem.field }
}
