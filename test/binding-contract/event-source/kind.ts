import { json } from '@tautline/core'
import { everyStreamOption } from '../common/inline-options.ts'
import type { Kind } from '../support/mock-server.ts'
import { tokensInHeaders } from '../support/tokens.ts'

export const eventSourceKind: Kind = {
  carrier: 'fetch',
  refused: { code: 'http', status: 503 },
  // MSW splits the messages into chunks, with frames in between.
  rendersOfFlood: 12,
  ...tokensInHeaders,
  everything: everyStreamOption,
  badUrls: ['http://', 'ftp://server.test/', 'ws://server.test/'],
  badOptions: [
    ['retry.limit', { retry: { limit: '3' } }],
    ['heartbeat', { heartbeat: { timeout: 5000 } }],
    ['timeout', { timeout: 5000 }],
    ['onMessage', { onMessage: 'console.log' }],
    ['notify', { notify: 'now' }],
    ['method', { method: 7 }],
    ['method', { method: 'GE T' }],
    ['method', { method: 'connect' }],
    ['headers', { headers: 'accept: x' }],
    ['body', { body: 'x' }],
    ['body', { method: 'POST', body: new ReadableStream() }],
    ['lastEventId', { lastEventId: 5 }],
    ['resume', { resume: 'cookie' }],
    ['resume.query', { resume: { query: 5 } }],
    ['until', { until: '[DONE]' }],
    ['atEnd', { atEnd: 'stop' }],
    ['maxEventLength', { maxEventLength: 0 }],
    ['codec', { codec: 'json' }],
    ['codec', { codec: json(), events: { message: json() } }],
    ['events.price', { events: { price: 'json' } }],
  ],
  attemptsOf: ({ requests }) =>
    requests.map((request) => ({
      get isAborted() {
        return request.aborted
      },
      accept: () => request.respond(),
      fail: () => request.fail(),
    })),
}
