import { silence } from '../connection/heartbeat.ts'
import { describe, expect, test } from 'vitest'
import { statuses, extendEnvironment } from '../../test/web-socket/harness.ts'
import { NOTHING, respond, block, leftovers, streaming } from '../../test/event-source/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'

const silent = { code: 'timeout', phase: 'silence', timeout: 5000 }
const watched = { heartbeat: silence({ timeout: 5000 }) } as const

describe('[stream-silence] a silent stream', () => {
  test('is replaced after heartbeat.timeout and resumes', async () => {
    const { client, environment, emitted, write } = await streaming(watched)
    await write(block('a', { id: '1' }))
    await environment.advance(4999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: silent })
    expect(environment.request.aborted).toBe(true)
    expect(emitted).toEqual(['open', 'message a', 'close 1006 unclean', 'error timeout', 'retry 1'])
    await environment.advance(500)
    expect(environment.request.headers.get('last-event-id')).toBe('1')
  })

  test('also if nothing has ever arrived', async () => {
    const { client, environment } = await streaming(watched)
    await environment.advance(4999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot().status).toBe('backoff')
  })

  test('after 45 s by default, and only if a heartbeat is given', async () => {
    const { client, environment } = await streaming({ heartbeat: silence() })
    await environment.advance(44_999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot().status).toBe('backoff')
    for (const heartbeat of [undefined, false] as const) {
      const other = await streaming({ heartbeat })
      await other.environment.advance(24 * 3_600_000)
      expect(other.client.getSnapshot().status).toBe('open')
    }
  })

  test.each([
    ['an event', block('x')],
    ['a comment', ': still here\n'],
    ['an empty line', '\n'],
    ['a part of a line', 'da'],
    ['a part of a character', new Uint8Array([0xe2])],
    ['a byte order mark', '\uFEFF'],
    ['an event without a listener', block('x', { event: 'other' })],
  ])('stays open while anything arrives: %s', async (_, piece) => {
    const { client, environment, write } = await streaming(watched)
    const seen = statuses(client)
    for (let turn = 0; turn < 20; turn++) {
      await environment.advance(4900)
      await write(piece)
    }
    expect(seen).toEqual([])
    await environment.advance(5000)
    expect(seen).toEqual(['backoff'])
  })

  test('[stable-connection] retries a server that opens and stays silent with growing delays', async () => {
    const { client, environment } = await streaming({ heartbeat: silence({ timeout: 1000 }) })
    const waits: number[] = []
    for (let turn = 0; turn < 4; turn++) {
      await environment.advance(1000)
      waits.push((client.getSnapshot().retryAt ?? 0) - environment.now())
      await environment.advance(waits.at(-1) ?? 0)
      await respond(environment)
    }
    expect(waits).toEqual([500, 8000, 8000, 8000])
  })

  test('sends nothing', async () => {
    const { environment, write } = await streaming(watched)
    await environment.advance(3000)
    await write(block('x'))
    environment.emitPageEvent('wake')
    await write(block('x'))
    expect(environment.requests).toHaveLength(1)
  })

  test('leaves no timer behind', async () => {
    const { client, environment } = await streaming(watched)
    expect(environment.timers).toBeGreaterThan(0)
    client.close()
    await environment.advance(16)
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('a handler that blocks the page does not count as silence of the server', async () => {
    let busy = 0
    const base = createTestEnvironment()
    const environment = extendEnvironment(base, { now: () => base.now() + busy })
    const onMessage = () => void (busy += 20)
    const { client, emitted, write } = await streaming(
      { heartbeat: silence({ timeout: 500 }), onMessage },
      '/news',
      environment,
    )
    await environment.advance(490)
    await write(block('x'.repeat(400)).repeat(100))
    await environment.advance(400)
    expect([emitted.length, busy, client.getSnapshot().status]).toEqual([101, 2000, 'open'])
  })
})

describe('[wake-up] after a sleep', () => {
  test.each([60_000, 3_600_000])(
    'of %i ms there is one short grace period, in which any byte keeps the stream',
    async (ms) => {
      const { client, environment, write } = await streaming(watched)
      environment.jump(ms)
      environment.emitPageEvent('wake')
      await environment.advance(2999)
      expect(client.getSnapshot().status).toBe('open')
      await write(': here\n')
      await environment.advance(4999)
      expect(client.getSnapshot().status).toBe('open')
      await environment.advance(1)
      expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: silent })
    },
  )

  test('replaces a stream that stays silent in the grace period', async () => {
    const { client, environment } = await streaming(watched)
    environment.jump(60_000)
    await environment.advance(2999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: silent })
  })

  test('the grace period is at most as long as the timeout', async () => {
    const { client, environment } = await streaming({ heartbeat: silence({ timeout: 1000 }) })
    environment.jump(60_000)
    await environment.advance(1000)
    expect(client.getSnapshot().status).toBe('backoff')
  })

  test('[page-events] page events neither shorten nor extend the silence', async () => {
    const { client, environment } = await streaming(watched)
    for (const signal of ['hidden', 'visible', 'offline', 'online', 'wake'] as const) {
      await environment.advance(900)
      environment.emitPageEvent(signal)
    }
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(500)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', error: silent })
  })
})

describe('[stream-silence] another heartbeat', () => {
  test('applies at once, and can be removed', async () => {
    const { client, environment } = await streaming(watched)
    client.setOptions('/news', { environment, heartbeat: false })
    await environment.advance(60_000)
    expect(client.getSnapshot().status).toBe('open')
    client.setOptions('/news', { environment, heartbeat: silence({ timeout: 1000 }) })
    await environment.advance(999)
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(1)
    expect(client.getSnapshot().status).toBe('backoff')
  })

  test('an equal one, created again in each render, changes nothing', async () => {
    const { client, environment } = await streaming(watched)
    for (let render = 0; render < 10; render++) {
      await environment.advance(499)
      client.setOptions('/news', { environment, heartbeat: silence({ timeout: 5000 }) })
    }
    expect(client.getSnapshot().status).toBe('open')
    await environment.advance(10)
    expect(client.getSnapshot().status).toBe('backoff')
  })
})
