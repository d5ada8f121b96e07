import { describe, expect, test } from 'vitest'
import { createEventSource } from '../event-source/index.ts'
import { createFetch } from '../fetch/index.ts'
import { createLongPoll } from '../long-poll/index.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'

/** Returns handlers that store what they receive. */
function recordHandlers() {
  const received: [handler: string, ...payloads: unknown[]][] = []
  const handler =
    (name: string) =>
    (...payloads: readonly unknown[]) =>
      void received.push([name, ...payloads])
  const handlers = {
    onOpen: handler('onOpen'),
    onClose: handler('onClose'),
    onError: handler('onError'),
    onRetry: handler('onRetry'),
    onGiveUp: handler('onGiveUp'),
  }
  return { received, handlers }
}

const retry = { limit: 1, delay: () => 500 }
type Options = { environment: TestEnvironment; retry: typeof retry } & ReturnType<
  typeof recordHandlers
>['handlers']
const retryAt = 1_000_500
const error: unknown = expect.objectContaining({ name: 'TautlineError' })
const lost = { closeCode: 1006, reason: '', wasClean: false, error }

// The tables in stories/docs list them.
describe('handlers receive exactly what the docs list', () => {
  test.each(['lost', 'closed'])('of a WebSocket that is %s', async (how) => {
    const environment = createTestEnvironment()
    const { received, handlers } = recordHandlers()
    const client = createWebSocket('/chat', { environment, retry, ...handlers })
    client.open()
    await environment.advance(0)
    environment.socket.accept('v1')
    if (how === 'lost') environment.socket.end(1006)
    else client.close()
    await environment.advance(500)
    const open = { protocol: 'v1', url: 'wss://test.example/chat', headers: undefined }
    if (how === 'closed')
      return expect(received).toStrictEqual([
        ['onOpen', open],
        ['onClose', { closeCode: 1000, reason: '', wasClean: true, error: undefined }],
      ])
    environment.socket.refuse()
    expect(received).toStrictEqual([
      ['onOpen', open],
      ['onClose', lost],
      ['onError', error],
      ['onRetry', { attempt: 1, retryAt, error }],
      ['onError', error],
      ['onGiveUp', { attempts: 1, error }],
    ])
  })

  test.each([
    ['stream', (options: Options) => createEventSource('/news', options)],
    ['poll', (options: Options) => createLongPoll('/news', options)],
  ] as const)('of a %s', async (_, create) => {
    const environment = createTestEnvironment()
    const { received, handlers } = recordHandlers()
    const client = create({ environment, retry, ...handlers })
    client.open()
    await environment.advance(0)
    environment.request.respond()
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(500)
    environment.request.respond({ status: 500 })
    environment.request.end()
    await environment.advance(0)
    expect(received).toStrictEqual([
      ['onOpen', { protocol: '', url: 'https://test.example/news', headers: expect.any(Headers) as unknown }],
      ['onClose', lost],
      ['onError', error],
      ['onRetry', { attempt: 1, retryAt, error }],
      ['onError', error],
      ['onGiveUp', { attempts: 1, error }],
    ])
  })

  test('of a request', async () => {
    const environment = createTestEnvironment()
    const { received, handlers } = recordHandlers()
    const { onError, onRetry, onGiveUp } = handlers
    createFetch('/user', { environment, retry, onError, onRetry, onGiveUp }).subscribe(() => {})
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(500)
    environment.request.fail()
    await environment.advance(0)
    expect(received).toStrictEqual([
      ['onRetry', { attempt: 1, retryAt, error }],
      ['onGiveUp', { attempts: 1, error }],
      ['onError', error],
    ])
  })
})
