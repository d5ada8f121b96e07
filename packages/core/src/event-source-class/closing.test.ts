import { describe, expect, test, vi } from 'vitest'
import {
  requestedHarness,
  openHarness,
  createHarness,
  timeOf,
} from '../../test/event-source-class/harness.ts'
import { EventSource } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

// HTML standard, sections 9.2.2 (close), 9.2.4 and 9.2.7: how a stream ends, and what the next one inherits.

const HOUR = 3_600_000

describe('9.2.2: close()', () => {
  test('before the request: none is sent', async () => {
    const { source, environment, emitted } = createHarness()
    source.close()
    expect(source.readyState).toBe(2)
    await environment.advance(HOUR)
    expect([environment.requests, emitted, environment.timers, environment.listeners]).toEqual([[], [], 0, 0])
  })

  test('before the response is rejected: no event', async () => {
    const { source, environment, emitted } = createHarness('ftp://a.example/')
    await Promise.resolve()
    source.close()
    await environment.advance(HOUR)
    expect([emitted, environment.timers]).toEqual([[], 0])
  })

  test('while connecting: aborts at once and ignores the response', async () => {
    const { source, environment, request, emitted, settle } = await requestedHarness()
    await settle()
    source.close()
    expect([source.readyState, request.aborted]).toEqual([2, true])
    request.respond()
    await environment.advance(HOUR)
    expect([emitted, environment.requests.length, environment.timers]).toEqual([[], 1, 0])
  })

  test('while open: aborts at once, without an event', async () => {
    const { source, environment, request, emitted } = await openHarness()
    source.close()
    expect([source.readyState, request.aborted, request.cancelled]).toEqual([2, true, true])
    request.write('data: late\n\n')
    await environment.advance(HOUR)
    expect([emitted, environment.requests.length, environment.timers, environment.listeners]).toEqual([
      ['open 1'],
      1,
      0,
      0,
    ])
  })

  test('while it waits to reconnect: no request follows', async () => {
    const { source, environment, request, emitted } = await openHarness()
    request.end()
    await environment.advance(1000)
    expect(environment.timers).toBe(1)
    source.close()
    expect([source.readyState, environment.timers]).toEqual([2, 0])
    await environment.advance(HOUR)
    expect([emitted, environment.requests.length]).toEqual([['open 1', 'error 0'], 1])
  })

  test('when it has failed, or twice: changes nothing', async () => {
    const { source, environment, request, emitted, settle } = await requestedHarness()
    await settle()
    request.respond({ status: 404 })
    await settle()
    source.close()
    source.close()
    await environment.advance(HOUR)
    expect([source.readyState, emitted, environment.requests.length]).toEqual([2, ['error 2'], 1])
  })

  test('eventsource-close: inside `open`, with events in the same chunk', async () => {
    const { source, environment, request, emitted, settle } = await requestedHarness()
    source.onopen = () => source.close()
    await settle()
    request.respond()
    request.write('data: 1\n\n')
    await environment.advance(HOUR)
    expect([emitted, source.readyState, request.aborted]).toEqual([['open 1'], 2, true])
  })

  test('inside a listener: the other listeners get this event, and no listener the rest of the chunk', async () => {
    const { source, environment, request, emitted } = await openHarness()
    source.onmessage = () => source.close()
    const after = vi.fn()
    source.addEventListener('message', after)
    request.write('data: 1\n\ndata: 2\n\nretry: 1\nid: 7\n\n')
    request.end()
    await environment.advance(HOUR)
    expect([emitted, after.mock.calls.length, environment.requests.length]).toEqual([
      ['open 1', 'message 1'],
      1,
      1,
    ])
  })

  test('inside `error`: there is no next attempt', async () => {
    const { source, environment, request, emitted } = await openHarness()
    source.onerror = () => source.close()
    request.end()
    await environment.advance(HOUR)
    expect([emitted, source.readyState, environment.timers]).toEqual([['open 1', 'error 0'], 2, 0])
  })

  test('the response of a `fetch` that ignores its signal is ignored', async () => {
    const environment = createTestEnvironment()
    const fetch = (url: string) => environment.fetch?.(url, {}) ?? Promise.reject(new Error('there is one'))
    const source = new EventSource('https://a.example/', { environment: { ...timeOf(environment), fetch } })
    const listener = vi.fn()
    source.onopen = source.onmessage = source.onerror = listener
    await environment.advance(0)
    environment.request.respond()
    await environment.advance(0)
    expect(listener).toHaveBeenCalledTimes(1)
    source.close()
    environment.request.write('data: late\n\n')
    environment.request.end()
    await environment.advance(HOUR)
    expect(listener).toHaveBeenCalledTimes(1)
  })
})

describe('9.2.4: the Last-Event-ID header', () => {
  /** Ends the open stream and opens the next one. */
  const next = async ({ environment }: Awaited<ReturnType<typeof openHarness>>) => {
    environment.request.end()
    await environment.advance(3000)
    const { headers } = environment.request
    environment.request.respond()
    await environment.advance(0)
    return headers.get('last-event-id')
  }

  test.each([
    ['none without an ID', 'data\n\n', null],
    ['the last one', 'id: 1\ndata\n\nid: 2\ndata\n\n', '2'],
    ['format-field-id-2: as UTF-8, byte for byte', 'id: …\ndata\n\n', '\u00e2\u0080\u00a6'],
    ['of a block without data', 'id: 7\n\n', '7'],
    ['none once it was emptied', 'id: 1\ndata\n\nid\ndata\n\n', null],
    ['not of a block that never ended', 'id: 1\ndata\n\nid: 2\ndata\n', '1'],
    ['format-field-id-null: not one with a NULL', 'id: 1\0\ndata\n\n', null],
    ['none of an ID that a header cannot have', 'id: 1\u007f\ndata\n\n', null],
    ['not of the wrong case', 'ID: 1\ndata\n\n', null],
    ['one that is 0', 'id: 0\ndata\n\n', '0'],
    ['one that is longer than a list of arguments', `id: ${'x'.repeat(300_000)}\n\n`, 'x'.repeat(300_000)],
  ])('%s', async (_, stream, expected) => {
    const one = await openHarness()
    one.request.write(stream)
    await one.environment.advance(0)
    expect(await next(one)).toBe(expected)
  })

  test('is the same in the next stream, as is `lastEventId`, until the server sends another', async () => {
    const one = await openHarness()
    const { environment, messages } = one
    one.request.write('id: 7\ndata: a\n\n')
    await environment.advance(0)
    expect(await next(one)).toBe('7')
    expect(await next(one)).toBe('7')
    environment.request.write('data: b\n\nid: 8\ndata: c\n\n')
    await environment.advance(0)
    expect(await next(one)).toBe('8')
    expect(messages.map(({ lastEventId }) => lastEventId)).toEqual(['7', '7', '8'])
  })

  test('is sent again after an attempt that failed', async () => {
    const { environment } = await openHarness()
    environment.request.write('id: 7\n\n')
    await environment.advance(0)
    environment.request.end()
    await environment.advance(3000)
    environment.request.fail()
    await environment.advance(4000)
    expect([environment.requests.length, environment.request.headers.get('last-event-id')]).toEqual([3, '7'])
  })
})

describe('9.2.7 and more: comments, silence, the bfcache and sharing', () => {
  test('a comment keeps the connection alive and emits no event', async () => {
    const { environment, request, emitted } = await openHarness()
    for (let minute = 0; minute < 3; minute++) {
      request.write(':\n\n')
      await environment.advance(60_000)
    }
    expect([emitted, environment.requests.length]).toEqual([['open 1'], 1])
  })

  test('a silent connection stays open: the standard has no heartbeat', async () => {
    const { environment, emitted } = await openHarness()
    await environment.advance(24 * HOUR)
    expect([emitted, environment.requests.length]).toEqual([['open 1'], 1])
  })

  test('eventsource-bfcache: a cached page closes its connection, and reconnects when it is shown again', async () => {
    const { environment, request, emitted, source, settle } = await openHarness()
    request.write('id: 7\ndata: a\n\n')
    await settle()
    environment.emitPageEvent('pagehide')
    expect([request.aborted, source.readyState, emitted.at(-1)]).toEqual([true, 0, 'error 0'])
    await environment.advance(HOUR)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('pageshow')
    await environment.advance(250)
    expect(environment.request.headers.get('last-event-id')).toBe('7')
    environment.request.respond()
    await settle()
    expect(emitted).toEqual(['open 1', 'message a', 'error 0', 'open 1'])
  })

  test('eventsource-bfcache: a delay continues after the cache, and showing the page does not shorten it', async () => {
    const { environment, request } = await openHarness()
    request.end()
    await environment.advance(1000)
    environment.emitPageEvent('pagehide')
    environment.emitPageEvent('pageshow')
    await environment.advance(1999)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
  })

  test('eventsource-bfcache: close() in the cache is for good', async () => {
    const { environment, source } = await openHarness()
    environment.emitPageEvent('pagehide')
    source.close()
    environment.emitPageEvent('pageshow')
    await environment.advance(HOUR)
    expect([source.readyState, environment.requests.length, environment.listeners]).toEqual([2, 1, 0])
  })

  test('objects with the same URL do not share a connection', async () => {
    const environment = createTestEnvironment()
    const sources = [new EventSource('/x', { environment }), new EventSource('/x', { environment })]
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    sources[0]?.close()
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('an error thrown by a listener is reported by the platform and stops no other listener', async () => {
    const others = process.rawListeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const reported: unknown[] = []
    process.on('uncaughtException', (error) => void reported.push(error))
    try {
      const { source, environment, request, emitted } = await openHarness()
      source.onmessage = ({ data }) => {
        throw new Error(`mine ${data}`)
      }
      const after = vi.fn()
      source.addEventListener('message', after)
      request.write('data: 1\n\ndata: 2\n\n')
      await environment.advance(0)
      // Node reports the error in the next turn of its event loop.
      await new Promise((resolve) => setImmediate(resolve))
      expect([emitted, after.mock.calls.length, source.readyState]).toEqual([
        ['open 1', 'message 1', 'message 2'],
        2,
        1,
      ])
      expect(reported).toEqual([new Error('mine 1'), new Error('mine 2')])
    } finally {
      process.removeAllListeners('uncaughtException')
      for (const other of others) process.on('uncaughtException', other as NodeJS.UncaughtExceptionListener) // the removed listeners
    }
  })
})
