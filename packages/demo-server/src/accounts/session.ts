import { type RestEndpoint } from '../rest/rest-endpoint.ts'
import { waitWhileConnected } from '../streams/stream-faults.ts'
import { jsonResponse } from '../whole-response.ts'
import { type Accounts, readUser } from './accounts.ts'

const MAX_DELAY_MS = 10_000

/** Logs in and out with a cookie: `POST { user }`, `DELETE`. */
export const createSession = (accounts: Accounts): RestEndpoint => ({
  path: '/session',
  methods: ['POST', 'DELETE'],
  async handle({ request, response, parameters, body }) {
    const caller = { headers: request.headers, parameters }
    if (request.method === 'POST') {
      const fields = await body()
      const user = readUser(fields)
      fields.nothingElse()
      return jsonResponse(
        { user },
        { 'Set-Cookie': accounts.logIn(caller, user), 'Cache-Control': 'no-store' },
      )
    }
    const slow = parameters.integer('slow', { min: 0, max: MAX_DELAY_MS }, 0)
    const cookie = await accounts.logOut(
      caller,
      slow === 0 ? Promise.resolve() : waitWhileConnected(response, slow),
    )
    return { status: 204, headers: { 'Set-Cookie': cookie }, body: '' }
  },
})
