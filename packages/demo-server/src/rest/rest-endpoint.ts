import { validateHeaderValue } from 'node:http'
import { type Exchange, type Route } from '../http-router.ts'
import { type Fields } from '../input.ts'
import { Problem } from '../problem.ts'
import { type WholeAnswer } from '../whole-answer.ts'

/** One HTTP address whose answers are known to their end before they begin. */
export interface RestEndpoint {
  readonly path: string
  /** GET brings HEAD along. */
  readonly methods: readonly Exclude<Route['method'], 'HEAD'>[]
  /** Handles the request at once; `?delay=` keeps only the answer back. @throws Problem */
  handle(exchange: Exchange): WholeAnswer | Promise<WholeAnswer>
}

/** What becomes a header line must stay one. @throws Problem */
export function readHeaderValue(fields: Fields, name: string, max: number, fallback?: string): string {
  const value = fields.text(name, { min: 0, max }, fallback)
  try {
    validateHeaderValue(name, value)
    return value
  } catch {
    throw new Problem(400, 'bad-input', `"${name}" is not the value of a header`, name)
  }
}

/** `Cache-Control`, as `?cache=` wishes it. @throws Problem */
export const readCaching = (parameters: Fields, fallback = 'no-cache'): { 'Cache-Control': string } => ({
  'Cache-Control': readHeaderValue(parameters, 'cache', 200, fallback),
})

/** What the answer depends on, beside the origin that CORS has to do with. */
export const varyBy = (header: string): { Vary: string } => ({ Vary: `Origin, ${header}` })
