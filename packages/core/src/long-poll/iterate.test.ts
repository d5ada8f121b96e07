import { describe, expect, test } from 'vitest'
import { createPollEnvironment, respond, poll } from '../../test/long-poll/harness.ts'
import { expectNoUnhandledRejection } from '../../test/common/rejections.ts'
import { createLongPoll, query } from './index.ts'

expectNoUnhandledRejection()

const options = {
  cursor: query('since', (body) => body.next),
  messages: (body: { list: unknown[] }) => body.list,
}

/** A loop over a poll, until it has so many messages. */
function looping(until = Number.POSITIVE_INFINITY, more: Parameters<typeof poll>[0] = {}) {
  const set = poll({ ...options, ...more })
  const had: unknown[] = []
  const run = async () => {
    for await (const message of set.client) {
      had.push(message)
      if (had.length >= until) break
    }
  }
  return { ...set, had, ended: run() }
}

describe('for await', () => {
  test('opens, and yields each message once and in order', async () => {
    const { environment, client, had, ended } = looping()
    await environment.advance(0)
    await respond(environment, { next: 1, list: ['a', 'b'] })
    await respond(environment, { next: 2, list: [] })
    await environment.advance(1000)
    await respond(environment, { next: 3, list: ['c'] })
    expect(had).toEqual(['a', 'b', 'c'])
    client.close()
    await ended
    expect(environment.requests).toHaveLength(4)
  })

  test('leaving it aborts the held request after closeDelay', async () => {
    const { environment, had, ended } = looping(1)
    await environment.advance(0)
    await respond(environment, { next: 1, list: ['a', 'b'] })
    await ended
    expect(had).toEqual(['a'])
    expect(environment.request.aborted).toBe(false)
    await environment.advance(1000)
    expect(environment.request.aborted).toBe(true)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('continues after failures', async () => {
    const { environment, client, had, ended } = looping()
    await environment.advance(0)
    await respond(environment, '', { status: 503 })
    await environment.advance(500)
    await respond(environment, { next: 1, list: ['a'] })
    environment.request.fail()
    await environment.advance(500)
    await respond(environment, { next: 2, list: ['b'] })
    expect(had).toEqual(['a', 'b'])
    client.close()
    await ended
  })

  test('throws a fatal error after yielding what had arrived', async () => {
    const { environment, had, ended } = looping()
    const failed = expect(ended).rejects.toMatchObject({ code: 'http', status: 410 })
    await environment.advance(0)
    await respond(environment, { next: 1, list: ['a'] })
    await respond(environment, '', { status: 410 })
    await failed
    expect(had).toEqual(['a'])
  })

  test('[retry-limit] throws when no attempt is left', async () => {
    const { environment, ended } = looping(1, { retry: false })
    const failed = expect(ended).rejects.toMatchObject({ code: 'connect-failed' })
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(0)
    await failed
  })
})

describe('[slow-loops] `for await` with a slow body', () => {
  test('the next poll waits until the messages are read, and its cursor is that of the response', async () => {
    const environment = createPollEnvironment()
    const client = createLongPoll('/news', { environment, ...options })
    const had: unknown[] = []
    const ended = (async () => {
      for await (const message of client) {
        had.push(message)
        await new Promise<void>((resolve) => void environment.setTimeout(resolve, 5000))
      }
    })()
    await environment.advance(0)
    await respond(environment, { next: 1, list: ['a', 'b', 'c'] })
    expect(client.getSnapshot().cursor).toBe('1')
    await environment.advance(9999)
    expect([had, environment.requests.length]).toEqual([['a', 'b'], 1])
    await environment.advance(1)
    expect([had, environment.requests.length]).toEqual([['a', 'b', 'c'], 2])
    expect(environment.request.url).toContain('since=1')
    await respond(environment, { next: 2, list: ['d', 'e'] })
    client.close()
    await environment.advance(20_000)
    await ended
    expect([had, environment.requests.length]).toEqual([['a', 'b', 'c', 'd', 'e'], 2])
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('a listener beside the loop lifts the hold', async () => {
    const { environment, client } = poll(options)
    client.on('message', () => {})
    const iterator = client[Symbol.asyncIterator]()
    void iterator.next()
    await environment.advance(0)
    await respond(environment, { next: 1, list: ['a', 'b', 'c'] })
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(2)
    client.close()
    await iterator.return?.()
  })
})
