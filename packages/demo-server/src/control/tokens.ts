import { type Fields } from '../input.ts'
import { type Route } from '../http-router.ts'
import { type TokenOptions, type Tokens } from '../tokens.ts'

const LIFETIME_MS = { min: 1, max: 3_600_000 }

/** Reads `subject`, and `lifetime` in ms. @throws Problem */
export function readTokenOptions(fields: Fields, lifetime?: number): TokenOptions {
  return {
    ...(fields.has('subject') && { subject: fields.text('subject', { min: 1, max: 100 }) }),
    lifetime: fields.has('lifetime') ? fields.integer('lifetime', LIFETIME_MS) : lifetime,
  }
}

export function tokenRoutes(tokens: Tokens): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/control/token',
      async handle({ body, json }) {
        const fields = await body()
        const options = readTokenOptions(fields)
        fields.nothingElse()
        json({ token: tokens.issue(options) }, 201)
      },
    },
    {
      method: 'POST',
      path: '/control/token/expire',
      async handle({ body, json }) {
        const fields = await body()
        const token = fields.has('token') ? fields.text('token', { min: 1, max: 200 }) : undefined
        fields.nothingElse()
        json({ expired: tokens.expire(token) })
      },
    },
  ]
}
