import { describe, expect, test } from 'vitest'
import {
  NOTHING,
  respond,
  requesting,
  block,
  leftovers,
  mountStream,
  stream,
  streaming,
} from '../../test/event-source/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'

describe('[close] close() is final', () => {
  test('while connecting: aborts the request and ignores a late response', async () => {
    const { client, environment, emitted } = await requesting()
    client.close()
    expect(environment.request.aborted).toBe(true)
    environment.request.respond()
    environment.request.write(block('late'))
    await environment.advance(600_000)
    expect([emitted, environment.requests.length, leftovers(environment)]).toEqual([[], 1, NOTHING])
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' }, error: undefined })
  })

  test('while the response is on its way', async () => {
    const { client, environment, emitted } = await requesting()
    environment.request.respond()
    environment.request.write(block('late'))
    client.close()
    await environment.advance(600_000)
    expect([emitted, environment.request.aborted]).toEqual([[], true])
  })

  test('while open: delivers nothing that is on its way', async () => {
    const { client, environment, emitted, write } = await streaming()
    await write(block('a'))
    environment.request.write(block('b'))
    client.close()
    environment.request.write(block('c'))
    await environment.advance(600_000)
    expect([emitted, leftovers(environment)]).toEqual([['open', 'message a', 'close 1000'], NOTHING])
    expect(environment.request.cancelled).toBe(true)
  })

  test('during backoff', async () => {
    const { client, environment, emitted } = await requesting()
    environment.request.fail()
    await environment.advance(0)
    client.close()
    await environment.advance(600_000)
    expect([emitted, leftovers(environment)]).toEqual([['error connect-failed', 'retry 1'], NOTHING])
  })

  test.each(['onOpen', 'onMessage', 'onError', 'onRetry', 'onClose'] as const)(
    'inside %s',
    async (handler) => {
      const { client, environment, write } = await requesting({ [handler]: () => client.close() })
      await respond(environment)
      if (client.getSnapshot().status === 'open') await write(block('a') + block('b'))
      if (client.getSnapshot().status === 'open') environment.request.fail()
      await environment.advance(600_000)
      expect([client.getSnapshot().closed?.by, environment.requests.length]).toEqual(['user', 1])
      expect(leftovers(environment)).toEqual(NOTHING)
    },
  )

  test('before the first request', async () => {
    const { client, environment } = stream()
    client.close()
    client.open()
    client.close()
    await environment.advance(1000)
    expect([environment.requests, leftovers(environment)]).toEqual([[], NOTHING])
  })

  test('in the middle of a chunk that is read in slices', async () => {
    const { client, environment, emitted, write } = await streaming({
      onMessage(message) {
        // The time that a slow handler takes.
        environment.jump(1)
        if (message === '3000') setTimeoutIn(environment, () => client.close())
      },
    })
    await write(Array.from({ length: 50_000 }, (_, index) => block(String(index))).join(''))
    for (let turn = 0; turn < 100; turn++) await environment.advance(10_000)
    expect(emitted.at(-1)).toBe('close 1000')
    expect([emitted.length > 3000, emitted.length < 50_000]).toEqual([true, true])
    expect(leftovers(environment)).toEqual(NOTHING)
  })
})

const setTimeoutIn = (environment: ReturnType<typeof createTestEnvironment>, run: () => void) =>
  environment.setTimeout(run, 0)

describe('[reconnect] reconnect() works from every status', () => {
  test('idle, connecting, open, backoff and closed', async () => {
    const { client, environment, emitted } = stream()
    for (const before of ['idle', 'connecting', 'open', 'backoff', 'closed'] as const) {
      if (before === 'open') await respond(environment)
      if (before === 'backoff') environment.request.fail()
      await environment.advance(0)
      if (before === 'closed') client.close()
      expect(client.getSnapshot().status).toBe(before)
      client.reconnect()
      await environment.advance(0)
      expect(client.getSnapshot()).toMatchObject({ status: 'connecting', attempt: 0 })
    }
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, true, true, true, false])
    expect(emitted).toEqual(['open', 'close 1000', 'error connect-failed', 'retry 1'])
  })
})

describe('[unmount] an observer that has unsubscribed', () => {
  test('receives nothing any more, and aborts its request', async () => {
    const environment = createTestEnvironment()
    const { emitted, leave } = mountStream(environment, { closeDelay: 0 })
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('late'))
    leave()
    await environment.advance(1000)
    expect([emitted, leftovers(environment)]).toEqual([['open'], NOTHING])
  })

  test('leaves no timers or listeners while connecting or in backoff', async () => {
    for (const fails of [false, true]) {
      const environment = createTestEnvironment()
      const { leave } = mountStream(environment)
      await environment.advance(0)
      if (fails) environment.request.fail()
      await environment.advance(0)
      leave()
      await environment.advance(1000)
      expect(leftovers(environment)).toEqual(NOTHING)
      expect(environment.requests.length).toBeLessThanOrEqual(2)
    }
  })
})

describe('for await', () => {
  test('yields each event, releases the stream when left, and can start again', async () => {
    const { client, environment } = stream({ closeDelay: 0 })
    const messages: unknown[] = []
    const loop = (async () => {
      for await (const message of client) if (messages.push(message) === 2) break
    })()
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a', { id: '1' }) + block('b', { id: '2' }) + block('c', { id: '3' }))
    await environment.advance(0)
    await loop
    expect(messages).toEqual(['a', 'b'])
    await environment.advance(16)
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('[stream-completion] ends when the stream completes, after yielding all events', async () => {
    for (const ending of ['end', 'until', '204'] as const) {
      const until = ({ data }: { data: string }) => data === '[DONE]'
      const { client, environment } = stream({ method: 'POST', ...(ending === 'until' && { until }) })
      const messages: unknown[] = []
      const loop = (async () => {
        for await (const message of client) messages.push(message)
      })()
      await environment.advance(0)
      await respond(environment, ending === '204' ? { status: 204 } : {})
      if (ending !== '204') environment.request.write(block('a') + block('b'))
      if (ending === 'until') environment.request.write(block('[DONE]') + block('c'))
      if (ending === 'end') environment.request.end()
      await environment.advance(0)
      await loop
      expect(messages).toEqual(ending === '204' ? [] : ['a', 'b'])
      await environment.advance(1000)
      expect(leftovers(environment)).toEqual(NOTHING)
    }
  })

  test('[every-message] yields forty thousand events that arrive at once', async () => {
    const { client, environment } = stream()
    let messages = 0
    const loop = (async () => {
      for await (const message of client) messages += Number(message)
    })()
    await environment.advance(0)
    await respond(environment)
    environment.request.write('data: 1\n\n'.repeat(40_000))
    while (messages < 40_000) await environment.advance(0)
    client.close()
    await loop
    expect(messages).toBe(40_000)
  })

  test('throws the error that ended the stream', async () => {
    const { client, environment } = stream({ method: 'POST' })
    const messages: unknown[] = []
    const loop = (async () => {
      for await (const message of client) messages.push(message)
    })()
    const failed = expect(loop).rejects.toMatchObject({ code: 'closed' })
    await environment.advance(0)
    await respond(environment)
    environment.request.write(block('a'))
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    await failed
    expect(messages).toEqual(['a'])
  })

  test('continues across reconnects', async () => {
    const { client, environment } = stream()
    const messages: unknown[] = []
    const loop = (async () => {
      for await (const message of client) messages.push(message)
    })()
    for (const data of ['a', 'b', 'c']) {
      await environment.advance(0)
      await respond(environment)
      environment.request.write(block(data))
      environment.request.end()
      await environment.advance(8000)
    }
    client.close()
    await environment.advance(0)
    await loop
    expect(messages).toEqual(['a', 'b', 'c'])
  })
})
