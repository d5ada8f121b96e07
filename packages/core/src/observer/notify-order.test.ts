import { describe, expect, test } from 'vitest'
import { observeFetch } from '../fetch/index.ts'
import { text } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { observeWebSocket } from '../web-socket/index.ts'
import { withEvents } from '../../test/events.ts'

describe('with `notify: "sync"` the handlers and listeners of an event are called before subscribers', () => {
  /** Options whose handlers write to `calls`. */
  const optionsWriting = (calls: string[]) => ({
    environment: createTestEnvironment(),
    notify: 'sync' as const,
    codec: text(),
    retry: false as const,
    onMessage: () => calls.push('onMessage'),
    onError: () => calls.push('onError'),
  })

  test('of a connection', async () => {
    const calls: string[] = []
    const options = optionsWriting(calls)
    const { environment } = options
    const observer = withEvents(
      observeWebSocket('/chat', {
        ...options,
        onOpen: () => calls.push('onOpen'),
        onClose: () => calls.push('onClose'),
      }),
    )
    for (const type of ['open', 'message', 'close', 'error'] as const)
      observer.on(type, () => calls.push(`on ${type}`))
    observer.subscribe(() => calls.push(`subscriber ${observer.getSnapshot().status}`))
    await environment.advance(0)
    calls.length = 0
    environment.socket.accept()
    environment.socket.receive('one')
    environment.socket.end(1006)
    expect(calls).toEqual([
      'onOpen',
      'on open',
      'subscriber open',
      'onMessage',
      'on message',
      'subscriber open',
      'onClose',
      'on close',
      'onError',
      'on error',
      'subscriber closed',
    ])
  })

  test('of a request', async () => {
    const calls: string[] = []
    const options = optionsWriting(calls)
    const { environment } = options
    const observer = withEvents(observeFetch('/user', options))
    for (const type of ['message', 'error'] as const) observer.on(type, () => calls.push(`on ${type}`))
    observer.subscribe(() => calls.push(`subscriber ${observer.getSnapshot().status}`))
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/plain' } })
    environment.request.write('one')
    environment.request.end()
    await environment.advance(0)
    void observer.refetch()
    await environment.advance(0)
    environment.request.respond({ status: 400 })
    environment.request.end()
    await environment.advance(0)
    expect(calls).toEqual([
      'onMessage',
      'on message',
      'subscriber success',
      'onError',
      'on error',
      'subscriber error',
    ])
  })
})
