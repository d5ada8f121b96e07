import { type IncomingHttpHeaders } from 'node:http'
import { type Exchange } from './http-router.ts'
import { type Tokens } from './tokens.ts'

/** What stands in `Authorization: Bearer …`; empty when nothing does. */
export function tokenOf({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  return token
}

/** With `?auth=1` in the URL it takes `Authorization: Bearer good`, or a token that was issued. */
export function isAllowed({ request, parameters }: Exchange, tokens: Tokens): boolean {
  if (!parameters.flag('auth', false)) return true
  return tokens.accepts(tokenOf(request))
}
