import { validateHeaderName, validateHeaderValue } from 'node:http'
import { type Exchange } from './http-router.ts'
import { type Headers } from './http.ts'
import { Problem } from './problem.ts'

/** HTTP/2 forbids the headers of a connection (RFC 9113, section 8.2.2). */
const isForbidden = (name: string): boolean =>
  /^(connection|keep-alive|proxy-connection|transfer-encoding|upgrade|te|http2-settings)$/i.test(name)

/** Reads the parameters `?header=Name:value`. There can be any number of them. @throws Problem */
export function readNamedHeaders({ query, request }: Exchange): Headers {
  const pairs = query.getAll('header').map((field) => {
    const colon = field.indexOf(':')
    const name = field.slice(0, Math.max(0, colon))
    const value = field.slice(colon + 1).trim()
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      throw new Problem(400, 'bad-input', '"header" must be a name, a colon and a value', 'header')
    }
    if (request.httpVersionMajor === 2 && isForbidden(name)) {
      throw new Problem(400, 'bad-input', `HTTP/2 does not allow the header ${name}`, 'header')
    }
    return [name, value] as const
  })
  return Object.fromEntries(pairs)
}
