import { describe, expect, test } from 'vitest'
import { type PollOptions, respond, messagesIn, polling } from '../../test/long-poll/harness.ts'
import { query } from './index.ts'

const cursor = query('since', (body) => body.next)
const messages = (body: { readonly list: readonly unknown[] }) => body.list
const unpacked: PollOptions = { cursor, messages }

describe('dedupe', () => {
  const dedupe = (message: unknown) => (message as { readonly id?: unknown }).id
  const options: PollOptions = { ...unpacked, dedupeBy: dedupe }
  const ids = (...list: unknown[]) => list.map((id) => ({ id }))

  async function counting(more: PollOptions = {}) {
    const had: unknown[] = []
    const set = await polling({ ...options, ...more, onMessage: (message) => had.push(dedupe(message)) })
    let next = 0
    return {
      ...set,
      had,
      give: (...list: unknown[]) => respond(set.environment, { next: ++next, list: ids(...list) }),
    }
  }

  test('within a response and across responses', async () => {
    const { had, give } = await counting()
    await give(1, 2, 1)
    await give(2, 3)
    expect(had).toEqual([1, 2, 3])
  })

  test('compares IDs by value, and a message without an ID is never a repetition', async () => {
    const { had, give } = await counting()
    await give(1, '1', 0, '', null, null, undefined, undefined, 0)
    expect(had).toEqual([1, '1', 0, '', null, null, undefined, undefined])
  })

  test('a repetition changes no data and renders nothing', async () => {
    const { environment, client, give } = await counting()
    await give(1)
    await environment.advance(16)
    const { data } = client.getSnapshot()
    await give(1)
    expect(client.getSnapshot()).toMatchObject({ data, cursor: '2' })
    expect(client.getSnapshot().data).toBe(data)
  })

  test('remembers the 10,000 IDs seen last', async () => {
    const { had, give } = await counting()
    await give(...Array.from({ length: 10_000 }, (_, at) => at))
    await give(0, 10_000)
    await give(0, 1)
    // 1 was forgotten: it was the oldest when another one arrived.
    expect(had.slice(10_000)).toEqual([10_000, 1])
  })

  test('across reconnects, close() and open()', async () => {
    const { client, environment, had, give } = await counting()
    await give(1)
    client.reconnect()
    await environment.advance(0)
    await give(1, 2)
    client.close()
    client.open()
    await environment.advance(0)
    await give(2, 3)
    expect(had).toEqual([1, 2, 3])
  })

  test('another URL has its own IDs', async () => {
    const { client, environment, had, give } = await counting()
    const onMessage = (message: unknown) => had.push(dedupe(message))
    await give(1)
    client.setOptions('/other', { environment, ...options, onMessage })
    await environment.advance(0)
    await give(1)
    client.setOptions('/news', { environment, ...options, onMessage })
    await environment.advance(0)
    await give(1)
    expect(had).toEqual([1, 1, 1])
  })

  test('delivers the message if dedupe throws, and reports the error', async () => {
    const oh = new Error('oh')
    const { environment, emitted } = await polling({
      ...unpacked,
      dedupeBy: () => {
        throw oh
      },
    })
    await respond(environment, { next: 1, list: ['a', 'a'] })
    expect(messagesIn(emitted)).toEqual(['a', 'a'])
    const wrong = { code: 'provider', provider: 'dedupeBy', thrown: oh }
    expect(environment.errors).toMatchObject([wrong, wrong])
  })
})
