import { query } from '@tautline/core'
import { fromHeader } from '@tautline/core/long-poll'
import { everyPollOption } from '../common/inline-options.ts'
import type { Kind } from '../support/mock-server.ts'
import { tokensInHeaders } from '../support/tokens.ts'

/** The messages of a response of the mocked server: one text, or a list. */
const unpacked = (body: unknown): readonly unknown[] => (Array.isArray(body) ? body : [body])

export const longPollKind: Kind = {
  carrier: 'fetch',
  refused: { code: 'http', status: 503 },
  rendersOfFlood: 3,
  repeats: true,
  plain: {
    cursor: query('since', fromHeader('x-next')),
    messages: unpacked,
    // The mocked server holds a request without a time limit.
    minGap: 0,
    timeout: { request: 86_400_000 },
  },
  timingOut: { interval: 60_000 },
  ...tokensInHeaders,
  everything: everyPollOption,
  badUrls: ['http://', 'ftp://server.test/', 'ws://server.test/'],
  badOptions: [
    ['retry.limit', { retry: { limit: '3' } }],
    ['timeout', { timeout: 5000 }],
    ['timeout.request', { timeout: { request: -1 } }],
    ['onMessage', { onMessage: 'console.log' }],
    ['notify', { notify: 'now' }],
    ['method', { method: 7 }],
    ['method', { method: 'TRACE' }],
    ['headers', { headers: 'accept: x' }],
    ['body', { body: 'x' }],
    ['body', { method: 'POST', body: new ReadableStream() }],
    ['codec', { codec: 'json' }],
    ['codec', { codec: {} }],
    ['cursor', { cursor: 'since' }],
    ['cursor', { cursor: { read: () => '1' } }],
    ['cursor.read', { cursor: { write: () => {}, read: 'next' } }],
    ['initialCursor', { initialCursor: 5 }],
    ['messages', { messages: 'list' }],
    ['dedupeBy', { dedupeBy: 'id' }],
    ['interval', { interval: 0 }],
    ['minGap', { minGap: -1 }],
    ['pause.hidden', { pause: { hidden: 'slower' } }],
    ['maxBodyBytes', { maxBodyBytes: 0 }],
  ],
  attemptsOf: ({ requests }) =>
    requests.map((request) => ({
      get isAborted() {
        return request.aborted
      },
      accept: () => request.respond({ headers: { 'content-type': 'text/plain' } }),
      fail: () => request.fail(),
    })),
}
