import { validateHeaderValue } from 'node:http'
import { type Exchange, type Route } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { type WholeResponse } from '../whole-response.ts'

/** One HTTP address that responds with a whole body. */
export interface RestEndpoint {
  readonly path: string
  /** GET includes HEAD. */
  readonly methods: readonly Exclude<Route['method'], 'HEAD'>[]
  /** Handles the request at once. `?delay=` delays only the response. @throws Problem */
  handle(exchange: Exchange): WholeResponse | Promise<WholeResponse>
}

/** Reads the value of a header, without line breaks. @throws Problem */
export function readHeaderValue(fields: Fields, name: string, max: number, fallback?: string): string {
  const value = fields.text(name, { min: 0, max }, fallback)
  try {
    validateHeaderValue(name, value)
    return value
  } catch {
    throw new Problem(400, 'bad-input', `"${name}" must be a valid header value`, name)
  }
}

/** Reads `Cache-Control` from `?cache=`. @throws Problem */
export const readCaching = (parameters: Fields, fallback = 'no-cache'): { 'Cache-Control': string } => ({
  'Cache-Control': readHeaderValue(parameters, 'cache', 200, fallback),
})

/** Builds `Vary` with the header that the response depends on, and the origin because of CORS. */
export const varyBy = (header: string): { Vary: string } => ({ Vary: `Origin, ${header}` })
