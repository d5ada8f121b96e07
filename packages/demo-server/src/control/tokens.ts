import { type Route } from '../http-router.ts'
import { type Tokens } from '../tokens.ts'

export function tokenRoutes(tokens: Tokens): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/control/token',
      async handle({ body, json }) {
        const fields = await body()
        fields.nothingElse()
        json({ token: tokens.issue() }, 201)
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
