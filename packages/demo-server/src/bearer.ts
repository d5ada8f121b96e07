import { type IncomingHttpHeaders } from 'node:http'
import { type Exchange } from './http-router.ts'
import { type Tokens } from './tokens.ts'

/** The token in `Authorization: Bearer …`; an empty string without one. */
export function tokenOf({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  return token
}

/** Checks the bearer token when the URL has `?auth=1`: it must be `good`, or an issued token. */
export function isAllowed({ request, parameters }: Exchange, tokens: Tokens): boolean {
  if (!parameters.flag('auth', false)) return true
  return tokens.accepts(tokenOf(request))
}
