import type { Environment } from '../platform/environment.ts'
import { browserEnvironment } from '../platform/browser.ts'
import type { AttemptContext } from '../shared/attempt.ts'

/** For whom a header function is asked. */
export interface TokenRequest {
  /** Who has the same owner may share a token; null: nobody may, since a server answers many users. */
  readonly owner: object | null
  /** The `Authorization` that a server has refused. */
  readonly rejectedAuthorization?: string | null | undefined
}

const tokenRequests = new WeakMap<AttemptContext, TokenRequest>()
let sessions = new WeakMap<Environment, object>()

/** Remembers for whom a function is asked, beside the context that it is given. */
export function setTokenRequest(context: AttemptContext, request: TokenRequest | undefined): AttemptContext {
  if (request) tokenRequests.set(context, request)
  return context
}

/** Remembers that a connection asks, whose tokens are the page's own. */
export const assignPageSession = (environment: Environment) => (context: AttemptContext) =>
  void setTokenRequest(context, { owner: getSession(environment) })

/** For whom a function is asked. A context that is not registered, such as one of the application's own, is the page's. */
export function getTokenRequest(context: AttemptContext): TokenRequest {
  return tokenRequests.get(context) ?? { owner: getSession(browserEnvironment()) }
}

/** The owner of all tokens of a page; null on a server. */
export function getSession(environment: Environment): object | null {
  if (environment.isServer) return null
  const session = sessions.get(environment) ?? {}
  sessions.set(environment, session)
  return session
}

/** Forgets the tokens of a page; without an environment those of all. */
export function endSession(environment?: Environment): void {
  if (environment) sessions.delete(environment)
  else sessions = new WeakMap()
}
