import { type RestEndpoint } from '../rest/rest-endpoint.ts'
import { waitWhileConnected } from '../streams/stream-faults.ts'
import { jsonResponse } from '../whole-response.ts'
import { type Accounts } from './accounts.ts'
import { cursorOf, numberOf } from './cursor.ts'
import { readEvery } from './my-socket.ts'

/** A long poll. It responds to the first request at once, and to a request with a cursor when there is something new. */
export const createMyPoll = (accounts: Accounts): RestEndpoint => ({
  path: '/mine/poll',
  methods: ['GET'],
  async handle({ request, response, parameters }) {
    const every = readEvery(parameters)
    const since = parameters.has('since') ? parameters.text('since', { min: 0, max: 60 }) : undefined
    const { user, begin } = accounts.admit({ headers: request.headers, parameters }, 'poll')
    const end = begin(since)
    const before = numberOf(user, since)
    if (before > 0) await waitWhileConnected(response, every)
    end()
    const number = before + 1
    const body = { user, number, next: cursorOf(user, number) }
    return jsonResponse(body, { 'Cache-Control': 'no-store' })
  },
})
