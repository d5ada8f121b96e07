import { tokenOf } from '../bearer.ts'
import { readTokenOptions } from '../control/tokens.ts'
import { fieldsOf } from '../input.ts'
import { Problem } from '../problem.ts'
import { type Tokens } from '../tokens.ts'
import { jsonResponse } from '../whole-response.ts'
import { type RestEndpoint, varyBy } from './rest-endpoint.ts'
import { withEtag } from './validators.ts'

/** The lifetime of a refreshed token. */
const LIFETIME_MS = 60_000

const REALM = 'Bearer realm="demo"'

/** Without a token the challenge has no error code (RFC 6750, section 3.1). */
const challengeOf = (token: string): string => (token === '' ? REALM : `${REALM}, error="invalid_token"`)

/** The account of a token's owner. The response is private, and cacheable for a minute. */
export const createAccount = (tokens: Tokens): RestEndpoint => ({
  path: '/account',
  methods: ['GET'],
  handle({ request }) {
    const token = tokenOf(request)
    const subject = tokens.subjectOf(token)
    if (subject === undefined) {
      const headers = { 'WWW-Authenticate': challengeOf(token), ...varyBy('Authorization') }
      throw new Problem(401, 'unauthorized', 'The bearer token is missing or not valid', { headers })
    }
    const body = { subject, email: `${subject}@example.com`, plan: 'trial' }
    const caching = { 'Cache-Control': 'private, max-age=60', ...varyBy('Authorization') }
    return withEtag(jsonResponse(body, caching))
  },
})

/** Issues a new token to any client. A real server would check a session cookie first. */
export const createSessionRefresh = (tokens: Tokens): RestEndpoint => ({
  path: '/session/refresh',
  methods: ['POST'],
  handle({ query }) {
    const { subject, lifetime } = readTokenOptions(fieldsOf(Object.fromEntries(query)), LIFETIME_MS)
    const token = tokens.issue({ ...(subject !== undefined && { subject }), lifetime })
    return jsonResponse(
      { token, expiresIn: (lifetime ?? LIFETIME_MS) / 1_000 },
      { 'Cache-Control': 'no-store' },
    )
  },
})
