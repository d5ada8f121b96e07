import { everySocketOption } from '../common/inline-options.ts'
import type { Kind } from '../support/mock-server.ts'

export const webSocketKind: Kind = {
  carrier: 'WebSocket',
  refused: { code: 'connect-failed' },
  rendersOfFlood: 3,
  as: (token) => ({ protocols: [token] }),
  by: (give) => ({ protocols: () => [give()] }),
  everything: everySocketOption,
  badUrls: ['http://', 'ftp://server.test/', 'ws://server.test/#part'],
  badOptions: [
    ['retry.limit', { retry: { limit: '3' } }],
    ['retry.delay', { retry: { delay: 1000 } }],
    ['heartbeat', { heartbeat: { interval: 25_000 } }],
    ['timeout.connect', { timeout: { connect: Number.NaN } }],
    ['onMessage', { onMessage: 'console.log' }],
    ['notify', { notify: 'now' }],
    ['outbox.overflow', { outbox: { overflow: 'block' } }],
    ['binaryType', { binaryType: 'buffer' }],
    ['acks', { acks: { key: String, isAck: () => false } }],
  ],
  attemptsOf: ({ sockets }) =>
    sockets.map((socket) => ({
      get isAborted() {
        return socket.closedWith !== undefined
      },
      accept: () => socket.accept(),
      fail: () => socket.refuse(),
    })),
}
