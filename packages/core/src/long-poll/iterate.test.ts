import { describe, expect, test } from 'vitest'
import { respond, poll } from '../../test/long-poll/harness.ts'
import { expectNoUnhandledRejection } from '../../test/common/rejections.ts'
import { query } from './index.ts'

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
