import type { Environment } from '../platform/environment.ts'
import { platformEnvironment } from '../platform/browser.ts'
import type { AttemptContext } from '../shared/attempt.ts'

/** The request for which a header function provides a token. */
export interface TokenRequest {
  /** Requests with the same owner may share a token. Null on a server, where requests of many users must not share. */
  readonly owner: object | null
  /** The `Authorization` header that was sent last: after a 401, the one that the server has rejected. */
  rejectedAuthorization?: string | null | undefined
}

const tokenRequests = new WeakMap<AttemptContext, TokenRequest>()
let pageTokenOwners = new WeakMap<Environment, object>()

/** Stores the token request of a context, outside the context because option functions must not see it. */
export function setTokenRequest(context: AttemptContext, request: TokenRequest | undefined): AttemptContext {
  if (request) tokenRequests.set(context, request)
  return context
}

/** The token requests of connections. */
const connectionRequests = new WeakMap<object, TokenRequest>()

/** Returns a function that gives a context the token owner of the page. Used for connections. */
export const assignPageTokenOwner =
  (connection: { readonly environment: Environment }) => (context: AttemptContext) => {
    const owner = getPageTokenOwner(connection.environment)
    const request = { ...connectionRequests.get(connection), owner }
    connectionRequests.set(connection, request)
    setTokenRequest(context, request)
  }

/** Returns the token request of a context. A context without one, such as an application's own, belongs to the page. */
export function getTokenRequest(context: AttemptContext): TokenRequest {
  return tokenRequests.get(context) ?? { owner: getPageTokenOwner(platformEnvironment()) }
}

/** Returns the owner of all tokens of a page; null on a server. */
export function getPageTokenOwner(environment: Environment): object | null {
  if (environment.isServer) return null
  const owner = pageTokenOwners.get(environment) ?? {}
  pageTokenOwners.set(environment, owner)
  return owner
}

/** Forgets the tokens of an environment; without an argument, those of all environments. */
export function forgetPageTokens(environment?: Environment): void {
  if (environment) pageTokenOwners.delete(environment)
  else pageTokenOwners = new WeakMap()
}
