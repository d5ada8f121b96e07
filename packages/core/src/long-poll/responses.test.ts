import { describe, expect, test } from 'vitest'
import type { TautlineError } from '../shared/errors.ts'
import { type PollOptions, respond, polling, searches } from '../../test/long-poll/harness.ts'
import { query, validators } from './index.ts'

const cursor = query('since', (body) => body?.next)

/** A poll that has had one response, by which its cursor is 1. */
async function begun(options: PollOptions = {}) {
  const set = await polling({ cursor, messages: (body) => body.list ?? [], ...options })
  await respond(set.environment, { next: 1, list: ['first'] })
  return set
}

type Meaning = 'news' | 'nothing new' | 'backoff' | 'closed by fatal'
type Row = readonly [status: number, meaning: Meaning, held?: number, meaningThen?: Meaning]

/** What each status means at once, and where it is another thing after a hold of so many ms. */
const table: readonly Row[] = [
  [200, 'news'],
  [201, 'news'],
  [202, 'news'],
  [203, 'news'],
  [204, 'nothing new'],
  [205, 'nothing new'],
  [206, 'news'],
  [299, 'news'],
  [304, 'nothing new'],
  [305, 'closed by fatal'],
  [400, 'closed by fatal'],
  [401, 'closed by fatal'],
  [403, 'closed by fatal'],
  [404, 'closed by fatal'],
  [408, 'nothing new'],
  [409, 'closed by fatal'],
  [410, 'closed by fatal'],
  [425, 'backoff'],
  [429, 'backoff'],
  [500, 'backoff', 10_000, 'backoff'],
  [502, 'backoff', 10_000, 'nothing new'],
  [503, 'backoff', 10_000, 'backoff'],
  [504, 'backoff', 10_000, 'nothing new'],
  [524, 'backoff', 10_000, 'nothing new'],
]

/** Responds to the second request after `held` ms, and returns the state. */
async function meaningOf(status: number, held: number, options: PollOptions = {}) {
  const set = await begun(options)
  const { environment, client } = set
  await environment.advance(held)
  const before = environment.requests.length
  await respond(environment, { next: 2, list: ['second'] }, { status })
  const { data, cursor: position, attempt, status: now, closed } = client.getSnapshot()
  await environment.advance(30_000)
  return { set, data, position, attempt, now, closed, more: environment.requests.length - before }
}

const held = table.flatMap(([status, , ms, then]) => (ms && then ? [[status, ms, then] as const] : []))
const rows = [...table.map(([status, meaning]) => [status, 0, meaning] as const), ...held]

describe('[nothing-new] what a response means', () => {
  test.each(rows)('%i after %i ms: %s', async (status, ms, meaning) => {
    const { set, data, position, attempt, now, closed, more } = await meaningOf(status, ms)
    expect(data).toBe(meaning === 'news' ? 'second' : 'first')
    expect(position).toBe(meaning === 'news' ? '2' : '1')
    expect(attempt).toBe(meaning === 'backoff' ? 1 : 0)
    expect(now).toBe({ backoff: 'backoff', 'closed by fatal': 'closed' }[meaning as string] ?? 'open')
    expect(closed?.by).toBe(meaning === 'closed by fatal' ? 'fatal' : undefined)
    // Only one more request, since it gets no response.
    expect(more).toBe(meaning === 'closed by fatal' ? 0 : 1)
    const last = searches(set.environment).at(-1)
    expect(last).toBe(meaning === 'news' ? '?since=2' : '?since=1')
  })

  test.each([502, 504, 524])('a %i just before ten seconds have passed is an outage', async (status) => {
    const { now } = await meaningOf(status, 9999)
    expect(now).toBe('backoff')
  })

  test('nor with an interval, where no request is held', async () => {
    const options = { interval: 60_000, timeout: { request: 30_000 } }
    const { environment, client } = await begun(options)
    await environment.advance(60_000)
    await environment.advance(12_000)
    await respond(environment, '', { status: 504 })
    expect(client.getSnapshot()).toMatchObject({ status: 'backoff', attempt: 1 })
  })

  test('a gateway timeout does not reset the number of failures', async () => {
    const { environment, client } = await polling({ retry: { delay: () => 1000 } })
    environment.request.fail()
    await environment.advance(1000)
    await environment.advance(10_000)
    await respond(environment, '', { status: 504 })
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 1 })
    await respond(environment, 'at last')
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0, data: 'at last' })
  })

  test('[fatal-errors] retry.when decides', async () => {
    const when = (error: TautlineError | undefined, retryable: boolean) =>
      retryable || (error?.code === 'http' && error.status === 410)
    const { now } = await meaningOf(410, 0, { retry: { when } })
    expect(now).toBe('backoff')
  })
})

describe('[nothing-new] an empty body is nothing new', () => {
  test.each([200, 202])('%i', async (status) => {
    const { environment, client, emitted } = await begun()
    await respond(environment, undefined, { status })
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: 'first', cursor: '1', attempt: 0 })
    expect(emitted).toEqual(['open', 'message first'])
    expect(environment.requests).toHaveLength(2)
    await environment.advance(1000)
    expect(environment.requests).toHaveLength(3)
  })

  test('but a header may move the cursor', async () => {
    const { environment, client } = await polling({ cursor: validators() })
    await respond(environment, undefined, { headers: { etag: '"2"' } })
    expect(client.getSnapshot()).toMatchObject({ data: undefined, cursor: '"2"' })
  })
})

describe('[retry-after] Retry-After', () => {
  /** Returns when the next request is sent after a response with this Retry-After. */
  async function waitBehind(retryAfter: string, status: number, body?: unknown): Promise<number> {
    const { environment } = await begun({ retry: { delay: () => 0 } })
    await respond(environment, body, { status, headers: { 'retry-after': retryAfter } })
    await environment.advance(400_000)
    return environment.starts[2] ?? Number.POSITIVE_INFINITY
  }
  // The virtual clock begins there.
  const date = new Date(1_000_000 + 20_000).toUTCString()

  test.each<[value: string, refused: number, nothing: number, news: number]>([
    ['7', 7000, 7000, 7000],
    ['0', 0, 1000, 0],
    [date, 20_000, 20_000, 20_000],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0, 1000, 0],
    ['soon', 0, 1000, 0],
    ['-5', 0, 1000, 0],
    ['1.5', 0, 1000, 0],
    ['99999', 300_000, 300_000, 300_000],
    ['9'.repeat(400), 300_000, 300_000, 300_000],
  ])('%s', async (value, refused, nothing, news) => {
    expect(await waitBehind(value, 503)).toBe(refused)
    expect(await waitBehind(value, 429)).toBe(refused)
    expect(await waitBehind(value, 304)).toBe(nothing)
    expect(await waitBehind(value, 200, { next: 2, list: ['second'] })).toBe(news)
  })

  test('never shortens the delay of the policy', async () => {
    const { environment } = await begun({ retry: { delay: () => 5000 } })
    await respond(environment, '', { status: 503, headers: { 'retry-after': '2' } })
    await environment.advance(6999)
    expect(environment.requests).toHaveLength(2)
    await environment.advance(1)
    expect(environment.requests).toHaveLength(3)
  })
})
