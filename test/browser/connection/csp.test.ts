import { test } from 'vitest'
import { receiveThrough } from '../../server/scenarios/connection/broken-networks.ts'
import { url } from '../support/demo-server.ts'

// In a file of its own: the policy applies to the page until it is closed.
test('a Content-Security-Policy that forbids WebSockets: 2,000 messages arrive once and in order', () =>
  receiveThrough(
    url,
    async (live) => {
      const policy = document.createElement('meta')
      policy.httpEquiv = 'Content-Security-Policy'
      policy.content = 'connect-src http:'
      document.head.append(policy)
      await live.fault('web-socket', 'cut')
    },
    'event-source',
    'event-source',
  ))
