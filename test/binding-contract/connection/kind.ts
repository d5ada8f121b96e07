import { everyConnectionOption } from '../common/inline-options.ts'
import type { Kind } from '../support/mock-server.ts'
import { webSocketKind } from '../web-socket/kind.ts'

export const connectionKind: Kind = {
  ...webSocketKind,
  plain: { remember: false },
  everything: everyConnectionOption,
  badOptions: [
    ['retry.limit', { retry: { limit: '3' } }],
    ['retry.delay', { retry: { delay: 1000 } }],
    ['timeout.connect', { timeout: { connect: Number.NaN } }],
    ['onMessage', { onMessage: 'console.log' }],
    ['notify', { notify: 'now' }],
    ['outbox.overflow', { outbox: { overflow: 'block' } }],
    ['heartbeat', { heartbeat: { interval: 25_000 } }],
    ['fallbackAfter', { fallbackAfter: 0 }],
    ['upgrade', { upgrade: true }],
    ['upgrade.after', { upgrade: { after: '1 s' } }],
    ['remember', { remember: true }],
    ['isNext', { isNext: true }],
    ['initialCursor', { initialCursor: 1 }],
  ],
}
