import { type RestEndpoint } from '../rest/rest-endpoint.ts'
import { withEtag } from '../rest/validators.ts'
import { jsonResponse } from '../whole-response.ts'
import { type Accounts } from './accounts.ts'

/**
 * The user's profile, cacheable for a minute. Like many servers, it does not list the cookie and the header in `Vary`, although the response
 * depends on them. A client must therefore not rely on `Vary` to keep users apart.
 */
export const createMyProfile = (accounts: Accounts): RestEndpoint => ({
  path: '/mine/profile',
  methods: ['GET'],
  handle({ request, parameters }) {
    const { user, begin } = accounts.admit({ headers: request.headers, parameters }, 'profile')
    const end = begin()
    end()
    const body = { user, email: `${user.toLowerCase()}@example.com` }
    return withEtag(jsonResponse(body, { 'Cache-Control': 'private, max-age=60' }))
  },
})
