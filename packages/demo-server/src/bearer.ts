import { type Exchange } from './http-router.ts'
import { type Tokens } from './tokens.ts'

/** With `?auth=1` in the URL it takes `Authorization: Bearer good`, or a token that was issued. */
export function isAllowed({ request, parameters }: Exchange, tokens: Tokens): boolean {
  if (!parameters.flag('auth', false)) return true
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  return tokens.accepts(token)
}
