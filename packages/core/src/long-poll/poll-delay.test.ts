import { describe, expect, test } from 'vitest'
import {
  type PollOptions,
  respond,
  poll,
  createPollEnvironment,
  polling,
  searches,
} from '../../test/long-poll/harness.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { query } from './index.ts'

const cursor = query('since', (body) => body?.next)

/** Responds at once to each request; returns when the requests were sent. */
async function respondEachTime(
  options: PollOptions,
  body: (turn: number) => unknown,
  ms: number,
  status = 200,
) {
  const set = await polling({ cursor, ...options })
  for (let turn = 1; turn <= 6; turn++) {
    await respond(set.environment, body(turn), { status })
    await set.environment.advance(ms)
  }
  return set.environment.starts.slice(0, 6)
}

describe('[nothing-new] a server that does not hold its responses is polled once a second', () => {
  test.each<[name: string, body: (turn: number) => unknown, status?: number]>([
    ['that has nothing new', () => undefined, 204],
    ['that gives an empty body', () => undefined],
    ['whose cursor does not move', () => ({ next: 3 })],
    ['that has no cursor', () => ({ text: 'news' })],
  ])('one %s', async (_, body, status) => {
    const starts = await respondEachTime({}, body, 1000, status)
    // Where the first response moves the cursor, it is news.
    expect(starts.slice(-4).map((start, at, all) => start - (all[at - 1] ?? start - 1000))).toEqual([
      1000, 1000, 1000, 1000,
    ])
  })

  test('also with an empty response whose cursor moves', async () => {
    expect(await respondEachTime({ messages: () => [] }, (turn) => ({ next: turn }), 1000)).toEqual([
      0, 1000, 2000, 3000, 4000, 5000,
    ])
  })

  test('polls at once after messages that moved the cursor', async () => {
    expect(await respondEachTime({}, (turn) => ({ next: turn }), 0)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('minGap sets the delay; 0 is none', async () => {
    const nothing = () => undefined
    expect(await respondEachTime({ minGap: 250 }, nothing, 250, 304)).toEqual([0, 250, 500, 750, 1000, 1250])
    expect(await respondEachTime({ minGap: 0 }, nothing, 0, 304)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('counts from request to request: no delay after a held one', async () => {
    const { environment } = await polling({ cursor })
    await environment.advance(700)
    await respond(environment, undefined, { status: 204 })
    await environment.advance(300)
    expect(environment.starts).toEqual([0, 1000])
    await environment.advance(30_000)
    await respond(environment, undefined, { status: 204 })
    expect(environment.starts).toEqual([0, 1000, 31_000])
  })
})

describe('[poll-interval] interval', () => {
  test.each([
    [0, 9000],
    [0.5, 10_000],
    [0.999, 10_998],
  ])('a tenth more or less is random: %d', async (random, gap) => {
    const { environment } = await polling(
      { interval: 10_000 },
      '/news',
      createPollEnvironment({ random: () => random }),
    )
    for (let turn = 0; turn < 3; turn++) {
      await environment.advance(1500)
      await respond(environment, turn)
      await environment.advance(gap - 1501)
      expect(environment.requests).toHaveLength(turn + 1)
      await environment.advance(1)
    }
    expect(environment.starts).toEqual([0, gap, 2 * gap, 3 * gap])
  })

  test('never overlaps: waits for a longer request', async () => {
    const { environment } = await polling({ interval: 3000 })
    await environment.advance(8000)
    expect(environment.requests).toHaveLength(1)
    await respond(environment, 'late')
    expect(environment.starts).toEqual([0, 8000])
  })

  test('applies after messages too', async () => {
    const starts = await respondEachTime({ interval: 5000 }, (turn) => ({ next: turn }), 5000)
    expect(starts).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000])
  })

  test('may be shorter than minGap', async () => {
    expect(await respondEachTime({ interval: 100 }, () => 'same', 100)).toEqual([0, 100, 200, 300, 400, 500])
  })

  test('may change during a delay', async () => {
    const { environment, client } = await polling({ interval: 60_000 })
    await respond(environment, 'one')
    await environment.advance(2000)
    client.setOptions('/news', { environment, interval: 5000 })
    await environment.advance(2999)
    expect(environment.requests).toHaveLength(1)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 'two')
    await environment.advance(3000)
    // A poll that is due is sent at once.
    client.setOptions('/news', { environment, interval: 2000 })
    expect(environment.starts).toEqual([0, 5000, 8000])
    await respond(environment, 'three')
    client.setOptions('/news', { environment, interval: 30_000 })
    await environment.advance(29_999)
    expect(environment.requests).toHaveLength(3)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(4)
  })
})

describe('[poll-interval] a hidden page', () => {
  test('polls as before by default', async () => {
    const { environment } = await polling({ interval: 5000 })
    environment.emitPageEvent('hidden')
    await respond(environment, 'one')
    await environment.advance(5000)
    expect(environment.starts).toEqual([0, 5000])
  })

  test('stops with pause.hidden, and resumes with the same cursor when visible', async () => {
    const { environment, client } = await polling({ cursor, pause: { hidden: true } })
    await respond(environment, { next: 1 })
    environment.emitPageEvent('hidden')
    expect(environment.request.aborted).toBe(true)
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', waitingFor: 'visible', cursor: '1' })
    await environment.advance(3_600_000)
    expect([environment.requests.length, environment.timers]).toEqual([2, 0])
    environment.emitPageEvent('visible')
    await environment.advance(250)
    expect(searches(environment)).toEqual(['', '?since=1', '?since=1'])
  })

  test('polls at most once per given number of ms', async () => {
    const { environment } = await polling({ interval: 5000, pause: { hidden: 60_000 } })
    environment.emitPageEvent('hidden')
    for (let turn = 0; turn < 3; turn++) {
      await respond(environment, turn)
      await environment.advance(60_000)
    }
    expect(environment.starts).toEqual([0, 60_000, 120_000, 180_000])
  })

  test('also if it was hidden during the delay', async () => {
    const { environment } = await polling({ interval: 5000, pause: { hidden: 60_000 } })
    await respond(environment, 'one')
    await environment.advance(2000)
    environment.emitPageEvent('hidden')
    await environment.advance(100_000)
    expect(environment.starts).toEqual([0, 60_000])
  })

  test('and not sooner than a visible page', async () => {
    const { environment } = await polling({ interval: 5000, pause: { hidden: 100 } })
    environment.emitPageEvent('hidden')
    await respond(environment, 'one')
    await environment.advance(5000)
    expect(environment.starts).toEqual([0, 5000])
  })

  test.each([{ pause: { hidden: 60_000 } }, { minGap: 40_000 }, { interval: 40_000 }])(
    'polls at once when visible again: %o',
    async (options) => {
      const { environment } = await polling(options)
      environment.emitPageEvent('hidden')
      await respond(environment, 'one')
      await environment.advance(10_000)
      environment.emitPageEvent('visible')
      await environment.advance(0)
      expect(environment.starts).toEqual([0, 10_000])
    },
  )
})

describe('[wake-up] a clock that jumps', () => {
  /** A world whose wall clock can be set, while its timers go on. */
  function unsteady() {
    let offset = 0
    const own = createPollEnvironment({}, (real) =>
      extendEnvironment(real, { now: () => real.now() + offset }),
    )
    return { own, set: (ms: number) => (offset += ms) }
  }

  test.each([
    ['interval', { interval: 10_000 }, 10_000],
    ['minGap', {}, 1000],
  ])('set back by an hour, it does not lengthen %s', async (_, options, gap) => {
    const { own, set } = unsteady()
    const { environment } = await polling(options, '/news', own)
    set(-3_600_000)
    await respond(environment, 'one')
    await environment.advance(gap)
    expect(environment.requests).toHaveLength(2)
    await respond(environment, 'two')
    set(-3_600_000)
    await environment.advance(gap)
    expect(environment.requests).toHaveLength(3)
  })

  test('nor a delay the server requested', async () => {
    const { own, set } = unsteady()
    const { environment, client } = await polling({}, '/news', own)
    await respond(environment, 'one', { headers: { 'retry-after': '20' } })
    set(-3_600_000)
    client.setOptions('/news', { environment: own, minGap: 500 })
    await environment.advance(300_000)
    expect(environment.requests).toHaveLength(2)
  })

  test('nor the interval of a hidden page', async () => {
    const { own, set } = unsteady()
    const { environment } = await polling({ pause: { hidden: 60_000 } }, '/news', own)
    environment.emitPageEvent('hidden')
    await respond(environment, 'one')
    await environment.advance(30_000)
    set(-3_600_000)
    await environment.advance(90_000)
    expect(environment.requests).toHaveLength(2)
  })

  test('after sleep the held request is repeated once', async () => {
    const { environment, client } = poll({ cursor, timeout: { request: 7_200_000 } })
    client.open()
    await environment.advance(1000)
    environment.jump(3_600_000)
    environment.emitPageEvent('wake')
    await environment.advance(0)
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
  })
})
