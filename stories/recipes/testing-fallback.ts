import { createConnection, eventSource, text, webSocket } from '@tautline/core'
import { createTestEnvironment } from '@tautline/core/testing'
import { expect, test } from 'vitest'

test('uses events if WebSockets are refused', async () => {
  const environment = createTestEnvironment()
  const transports = [webSocket('/live'), eventSource('/live', { greets: true })]
  const live = createConnection(transports, { codec: text(), environment })
  live.open()
  await environment.advance(0)
  environment.socket.refuse()
  await environment.advance(0)
  environment.request.respond()
  environment.request.write(': hi\n\n')
  await environment.advance(0)
  expect(live.getSnapshot().transport).toBe('event-source')
  live.close()
})
