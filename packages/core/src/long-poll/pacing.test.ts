import { describe, expect, test } from 'vitest'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import {
  type PollOptions,
  createPollEnvironment,
  polling,
  respond,
  searches,
} from '../../test/long-poll/harness.ts'
import { query } from './index.ts'

const cursor = query('since', (body) => body?.next)
const list = Array.from({ length: 5000 }, (_, number) => `${number}`.padStart(10, '0'))
const body = { next: 1, list }

/** A poll whose handler takes 0.5 ms for each message, and the longest time without a turn for the page. */
async function slowPoll(options: PollOptions = {}) {
  let busy = 0
  let turnStart = 0
  const page = { longest: 0, turns: 0 }
  const environment = createPollEnvironment({}, (base) =>
    extendEnvironment(base, {
      now: () => base.now() + busy,
      scheduleTask(callback) {
        page.longest = Math.max(page.longest, busy - turnStart)
        page.turns++
        base.scheduleTask(() => {
          turnStart = busy
          callback()
        })
      },
    }),
  )
  const received: unknown[] = []
  const onMessage = (message: unknown) => {
    busy += 0.5
    received.push(message)
  }
  const set = await polling(
    { cursor, messages: ({ list: all }) => all, onMessage, ...options },
    '/news',
    environment,
  )
  return { ...set, page, received, work: (ms: number) => void (busy += ms) }
}

describe('[pacing] a response with 5,000 messages and a handler of 0.5 ms', () => {
  test('lets the page run every 8 ms', async () => {
    const { environment, client, page, received } = await slowPoll()
    await respond(environment, body)
    await environment.advance(10)
    expect(received).toEqual(list)
    expect(page.longest).toBe(8)
    expect(page.turns).toBe(312)
    expect(client.getSnapshot()).toMatchObject({ data: list.at(-1), cursor: '1' })
    expect(searches(environment)).toEqual(['', '?since=1'])
  })

  test('gives each message once to two clients, of which the second is slower', async () => {
    const all = list.slice(0, 20)
    const fast: unknown[] = []
    const slow: unknown[] = []
    const { environment, work } = await slowPoll({ onMessage: (message) => void fast.push(message) })
    const onMessage = (message: unknown) => {
      work(5)
      slow.push(message)
    }
    await polling({ cursor, messages: (received) => received.list, onMessage }, '/news', environment)
    await respond(environment, { next: 1, list: all })
    await environment.advance(10)
    expect([fast, slow]).toEqual([all, all])
    expect(searches(environment)).toEqual(['', '?since=1'])
  })

  test('moves the cursor and polls again only after the last part', async () => {
    const { environment, client, received } = await slowPoll()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write(JSON.stringify(body))
    environment.request.end()
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    expect(received).toHaveLength(16)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: list[15], cursor: undefined })
    expect(environment.requests).toHaveLength(1)
  })

  test('gives each message once if the connection is replaced between two parts', async () => {
    const { environment, client, received } = await slowPoll()
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write(JSON.stringify(body))
    environment.request.end()
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    client.reconnect()
    await environment.advance(10)
    expect(environment.requests).toHaveLength(2)
    expect(received).toHaveLength(16)
    await respond(environment, body)
    await environment.advance(10)
    expect(received).toEqual(list)
    expect(client.getSnapshot().cursor).toBe('1')
  })

  test('gives a client that subscribes between two parts what has been delivered, then the rest', async () => {
    const { environment, client, received } = await slowPoll({ reduce: undefined })
    environment.request.respond({ headers: { 'content-type': 'application/json' } })
    environment.request.write(JSON.stringify(body))
    environment.request.end()
    for (let turn = 0; turn < 50; turn++) await Promise.resolve()
    const late = await polling({ cursor, messages: ({ list: all }) => all }, '/news', environment)
    expect(late.client.getSnapshot().data).toBe(received.at(-1))
    await environment.advance(10)
    expect(late.client.getSnapshot().data).toBe(list.at(-1))
    expect(client.getSnapshot().data).toBe(list.at(-1))
    expect(received).toEqual(list)
    expect(late.emitted.filter((event) => event.startsWith('message')).length).toBeLessThan(5000)
  })
})
