import { describe, expect, test } from 'vitest'
import { type PollOptions, respond, poll, polling, searches } from '../../test/long-poll/harness.ts'
import type { PageEvent } from '../platform/environment.ts'
import { query } from './index.ts'

const cursor = query('since', (body) => body?.next)

/** A poll that has had one response, and whose second request has been held for so long. */
async function holding(ms: number, options: PollOptions = {}) {
  const set = await polling({ cursor, messages: (body) => body.list ?? [], ...options })
  await respond(set.environment, { next: 1, list: ['first'] })
  await set.environment.advance(ms)
  return set
}

const aborted = ({ environment }: Awaited<ReturnType<typeof polling>>) =>
  environment.requests.map((request) => request.aborted)

const probes = ['visible', 'online', 'offline', 'wake', 'slept', 'pageshow'] satisfies PageEvent[]

describe('[page-events] [wake-up] events of the page and the network', () => {
  test.each(probes)('%s: a held request is aborted, and sent again with the same cursor', async (signal) => {
    const set = await holding(20_000)
    set.environment.emitPageEvent(signal)
    await set.environment.advance(0)
    expect(aborted(set)).toEqual([false, true, false])
    expect(searches(set.environment)).toEqual(['', '?since=1', '?since=1'])
    expect(set.client.getSnapshot()).toMatchObject({ status: 'open', cursor: '1', attempt: 0 })
    expect(set.emitted).toEqual(['open', 'message first'])
    await respond(set.environment, { next: 2, list: ['second'] })
    expect(set.emitted).toEqual(['open', 'message first', 'message second'])
  })

  test('hiding the page does not affect the connection', async () => {
    const set = await holding(20_000)
    set.environment.emitPageEvent('hidden')
    await set.environment.advance(0)
    expect(aborted(set)).toEqual([false, false])
  })

  test.each(probes)('%s: a request sent within the last second is not replaced', async (signal) => {
    const set = await holding(999)
    set.environment.emitPageEvent(signal)
    await set.environment.advance(30_000)
    expect(aborted(set)).toEqual([false, false])
  })

  test.each(probes)(
    '%s: a delay ends at once, but not within a second of the last request',
    async (signal) => {
      const { environment } = await polling({ interval: 60_000 })
      await respond(environment, 'one')
      await environment.advance(400)
      environment.emitPageEvent(signal)
      await environment.advance(599)
      expect(environment.starts).toEqual([0])
      await environment.advance(1)
      expect(environment.starts).toEqual([0, 1000])
    },
  )

  test('leaves a shorter delay alone', async () => {
    const { environment } = await polling({ minGap: 500 })
    await respond(environment, 'one')
    environment.emitPageEvent('visible')
    await environment.advance(500)
    expect(environment.starts).toEqual([0, 500])
  })

  test('a storm of events makes one request a second', async () => {
    const { environment, client } = await holding(5000)
    for (let turn = 0; turn < 100; turn++) {
      environment.emitPageEvent(turn % 2 > 0 ? 'visible' : 'hidden')
      if (turn % 3 > 0) environment.emitPageEvent('online')
      await environment.advance(100)
    }
    const gaps = environment.starts.slice(2).map((start, at) => start - (environment.starts[at + 1] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000)
    expect(gaps.length).toBeLessThanOrEqual(11)
    expect(client.getSnapshot().attempt).toBe(0)
  })

  test('[retry-after] a delay requested by the server outranks page events, also the second time', async () => {
    const { environment } = await polling({ interval: 120_000 })
    await respond(environment, 'one', { headers: { 'retry-after': '60' } })
    for (let turn = 0; turn < 5; turn++) {
      await environment.advance(5000)
      environment.emitPageEvent('visible')
    }
    await environment.advance(34_999)
    expect(environment.starts).toEqual([0])
    await environment.advance(1)
    expect(environment.starts).toEqual([0, 60_000])
  })
})

describe('offline', () => {
  test('sends no request; online: one, with the same cursor', async () => {
    const { environment, client } = await holding(5000)
    environment.emitPageEvent('offline')
    environment.request.fail()
    await environment.advance(600_000)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'online' })
    expect(environment.requests).toHaveLength(3)
    environment.emitPageEvent('online')
    await environment.advance(250)
    expect(searches(environment)).toEqual(['', '?since=1', '?since=1', '?since=1'])
  })

  test('keeps a request that still works', async () => {
    const { environment, client } = await holding(5000)
    environment.emitPageEvent('offline')
    await respond(environment, { next: 2, list: ['second'] })
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'second' })
  })

  test('pause.offline: false keeps trying', async () => {
    const { environment } = await holding(5000, { pause: { offline: false }, retry: { delay: () => 1000 } })
    environment.emitPageEvent('offline')
    environment.request.fail()
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(4)
  })
})

describe('[bfcache] the back/forward cache', () => {
  test('aborts the held request, and polls again when the page is restored', async () => {
    const { environment, client } = await holding(5000)
    environment.emitPageEvent('pagehide')
    expect(environment.request.aborted).toBe(true)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'page' })
    expect(environment.timers).toBe(0)
    environment.jump(3_600_000)
    environment.emitPageEvent('pageshow')
    await environment.advance(250)
    expect(searches(environment)).toEqual(['', '?since=1', '?since=1'])
  })

  test('during a wait too', async () => {
    const { environment } = await polling({ interval: 5000 })
    await respond(environment, 'one')
    environment.emitPageEvent('pagehide')
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    environment.emitPageEvent('pageshow')
    await environment.advance(250)
    expect(environment.requests).toHaveLength(2)
  })
})

describe('events while a response is handled', () => {
  test('[poll-sequence] a page that becomes visible does not repeat it', async () => {
    const { environment, emitted, client } = await holding(5000)
    client.on('message', () => environment.emitPageEvent('visible'))
    await respond(environment, { next: 2, list: ['second', 'third'] })
    expect(emitted).toEqual(['open', 'message first', 'message second', 'message third'])
    expect(client.getSnapshot().cursor).toBe('2')
    expect(searches(environment)).toEqual(['', '?since=1', '?since=2'])
    await environment.advance(30_000)
    expect(environment.requests).toHaveLength(3)
  })

  test('[poll-interval] but polls at once if a delay was due', async () => {
    const { environment, client } = await polling({ interval: 60_000 })
    client.on('message', () => environment.emitPageEvent('visible'))
    await respond(environment, 'one')
    await environment.advance(1000)
    expect(environment.starts).toEqual([0, 1000])
  })

  test('[close] close() in a handler ends it', async () => {
    const { environment, client } = poll({ retry: { delay: () => 1000 } })
    client.on('transition', ({ cause }) => {
      if (cause === 'provedUseful') client.close()
    })
    client.open()
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(1000)
    await respond(environment, 'one')
    await environment.advance(600_000)
    expect(client.getSnapshot().status).toBe('closed')
    expect(environment.requests).toHaveLength(2)
    expect([environment.timers, environment.listeners]).toEqual([0, 0])
  })

  test('[reconnect] reconnect() in a handler starts one new sequence of polls', async () => {
    const { environment, client } = poll({ retry: { delay: () => 1000 } })
    client.on('transition', ({ cause }) => {
      if (cause === 'provedUseful') client.reconnect()
    })
    client.open()
    await environment.advance(0)
    environment.request.fail()
    await environment.advance(1000)
    await respond(environment, 'one')
    await environment.advance(5000)
    expect(environment.requests).toHaveLength(3)
  })
})

describe('[option-functions] a function called for the next request', () => {
  test('has one call at a time, whatever the page does', async () => {
    let running = 0
    let most = 0
    const headers = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => void environment.setTimeout(resolve, 5000))
      running--
      return {}
    }
    const { environment, client } = poll({ cursor, headers })
    client.open()
    await environment.advance(5000)
    await respond(environment, { next: 1 })
    for (const signal of probes) {
      await environment.advance(800)
      environment.emitPageEvent(signal)
    }
    await environment.advance(30_000)
    expect(most).toBe(1)
    expect(environment.requests).toHaveLength(2)
  })
})
