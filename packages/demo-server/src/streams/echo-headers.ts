import { type HttpRequest, utf8Of } from '../http.ts'
import { eventText } from './event-text.ts'
import { type StreamEndpoint } from './stream-endpoint.ts'

/** Each header value twice: as Node decodes it, in Latin-1, and decoded as UTF-8. */
function headersOf({ headers }: HttpRequest): object {
  const named = Object.entries(headers).flatMap(([name, value]) => {
    // In HTTP/2 the method and the path are pseudo-headers.
    if (value === undefined || name.startsWith(':')) return []
    const latin1 = Array.isArray(value) ? value.join(', ') : value
    return [[name, { latin1, utf8: utf8Of(latin1) }] as const]
  })
  return Object.fromEntries(named)
}

/** Sends the request back as one event. `?end=1` ends the stream after it. */
export function createEchoHeaders(): StreamEndpoint {
  return {
    name: 'echo-headers',
    path: '/echo-headers',
    methods: ['GET', 'POST'],
    async admit({ request, target, parameters, bytes }) {
      const end = parameters.flag('end', false)
      const { method, httpVersion } = request
      const text = (await bytes()).toString('utf8')
      const echo = { method, target, httpVersion, headers: headersOf(request), body: text }
      return {
        kind: 'stream',
        begin(body) {
          body.event(eventText({ data: JSON.stringify(echo) }))
          if (end) body.end()
        },
      }
    },
  }
}
