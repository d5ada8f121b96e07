import { type RestEndpoint } from '../rest/rest-endpoint.ts'
import { withEtag } from '../rest/validators.ts'
import { jsonAnswer } from '../whole-answer.ts'
import { type Accounts } from './accounts.ts'

/**
 * May be kept for a minute. As many servers do, it says nothing in `Vary` of the cookie and the header that it depends on: to keep users apart, a
 * page must not rely on that.
 */
export const createMyProfile = (accounts: Accounts): RestEndpoint => ({
  path: '/mine/profile',
  methods: ['GET'],
  handle({ request, parameters }) {
    const { user, begin } = accounts.admit({ headers: request.headers, parameters }, 'profile')
    const end = begin()
    end()
    const body = { user, email: `${user.toLowerCase()}@example.com` }
    return withEtag(jsonAnswer(body, { 'Cache-Control': 'private, max-age=60' }))
  },
})
