import { tokenOf } from '../bearer.ts'
import { readTokenWish } from '../control/tokens.ts'
import { fieldsOf } from '../input.ts'
import { Problem } from '../problem.ts'
import { type Tokens } from '../tokens.ts'
import { jsonAnswer } from '../whole-answer.ts'
import { type RestEndpoint, varyBy } from './rest-endpoint.ts'
import { withEtag } from './validators.ts'

/** Of a token that was refreshed, in ms. */
const LIFETIME = 60_000

const REALM = 'Bearer realm="demo"'

/** RFC 6750, section 3.1: whoever has sent no token is told of no error. */
const challengeOf = (token: string): string => (token === '' ? REALM : `${REALM}, error="invalid_token"`)

/** What only the owner of a token may see, and keep for a minute. */
export const createAccount = (tokens: Tokens): RestEndpoint => ({
  path: '/account',
  methods: ['GET'],
  handle({ request }) {
    const token = tokenOf(request)
    const subject = tokens.subjectOf(token)
    if (subject === undefined) {
      const headers = { 'WWW-Authenticate': challengeOf(token), ...varyBy('Authorization') }
      throw new Problem(401, 'unauthorized', 'A good token is wanted', { headers })
    }
    const body = { subject, email: `${subject}@example.com`, plan: 'trial' }
    const caching = { 'Cache-Control': 'private, max-age=60', ...varyBy('Authorization') }
    return withEtag(jsonAnswer(body, caching))
  },
})

/** Stands for a session that a cookie would prove: whoever asks gets a fresh token. */
export const createSessionRefresh = (tokens: Tokens): RestEndpoint => ({
  path: '/session/refresh',
  methods: ['POST'],
  handle({ query }) {
    const { subject, lifetime } = readTokenWish(fieldsOf(Object.fromEntries(query)), LIFETIME)
    const token = tokens.issue({ ...(subject !== undefined && { subject }), lifetime })
    return jsonAnswer({ token, expiresIn: (lifetime ?? LIFETIME) / 1_000 }, { 'Cache-Control': 'no-store' })
  },
})
