import { lastEventIdOf } from '../http.ts'
import { eventText } from '../streams/event-text.ts'
import { type StreamEndpoint } from '../streams/stream-endpoint.ts'
import { type Accounts } from './accounts.ts'
import { cursorOf, numberOf } from './cursor.ts'
import { readEvery } from './my-socket.ts'

/** An event stream that counts for the user, and resumes after the last event ID. */
export const createMyEvents = (accounts: Accounts): StreamEndpoint => ({
  name: 'mine',
  path: '/mine/events',
  methods: ['GET'],
  admit({ request, parameters }) {
    const every = readEvery(parameters)
    const { user, begin } = accounts.admit({ headers: request.headers, parameters }, 'events')
    const cursor = lastEventIdOf(request)
    return {
      kind: 'stream',
      begin(body) {
        let number = numberOf(user, cursor)
        const tick = (): void => {
          number += 1
          body.event(eventText({ id: cursorOf(user, number), data: JSON.stringify({ user, number }) }))
        }
        const timer = setInterval(tick, every)
        const end = begin(cursor)
        body.onClosed(() => {
          clearInterval(timer)
          end()
        })
        tick()
      },
    }
  },
})
