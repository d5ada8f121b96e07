import { describe, expect, test } from 'vitest'
import { type PollOptions, respond, messagesIn, polling, searches } from '../../test/long-poll/harness.ts'
import { collect } from '../shared/reducers.ts'
import { query } from './index.ts'

const cursor = query('since', (body) => body.next)
const messages = (body: { readonly list: readonly unknown[] }) => body.list
const unpacked: PollOptions = { cursor, messages }

describe('messages', () => {
  test('without it the body is the message', async () => {
    const { environment, client, emitted } = await polling()
    await respond(environment, [1, 2])
    expect(client.getSnapshot().data).toEqual([1, 2])
    expect(messagesIn(emitted)).toEqual(['1,2'])
  })

  test('without messages nothing is delivered, the data stays, and the cursor moves', async () => {
    const { environment, client, emitted } = await polling(unpacked)
    await respond(environment, { next: 1, list: ['a'] })
    await respond(environment, { next: 2, list: [] })
    expect(messagesIn(emitted)).toEqual(['a'])
    expect(client.getSnapshot()).toMatchObject({ data: 'a', cursor: '2' })
  })

  test('any iterable', async () => {
    const { environment, emitted } = await polling({ messages: (body) => new Set<unknown>(body.list) })
    await respond(environment, { list: ['a', 'b', 'a'] })
    expect(messagesIn(emitted)).toEqual(['a', 'b'])
  })

  test('[every-message] delivers ten thousand of one response once and in order, and notifies once', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, at) => at)
    const sum = (total: unknown, message: unknown) => Number(total) + Number(message)
    const { environment, client, emitted } = await polling({ ...unpacked, reduce: sum, initialData: 0 })
    await respond(environment, { next: 1, list: [] })
    await environment.advance(1000)
    let notifyCount = 0
    client.subscribe(() => void notifyCount++)
    await respond(environment, { next: 2, list: numbers })
    await environment.advance(16)
    expect(messagesIn(emitted)).toEqual(numbers.map(String))
    expect(client.getSnapshot().data).toBe(49_995_000)
    expect(notifyCount).toBe(1)
  })

  test('[equal-messages] two that are equal are two', async () => {
    const { environment, emitted } = await polling(unpacked)
    await respond(environment, { next: 1, list: ['a', 'a'] })
    await respond(environment, { next: 2, list: ['a'] })
    expect(messagesIn(emitted)).toEqual(['a', 'a', 'a'])
  })

  test('a handler gets the body and the headers of the response', async () => {
    const infos: unknown[] = []
    const { environment } = await polling({
      messages,
      onMessage: (message, { raw, headers }) => infos.push([message, raw, headers?.get('x-node')]),
    })
    await respond(environment, '{"list":["a","b"]}', {
      headers: { 'x-node': '7', 'content-type': 'application/json' },
    })
    expect(infos).toEqual([
      ['a', '{"list":["a","b"]}', '7'],
      ['b', '{"list":["a","b"]}', '7'],
    ])
  })

  test('data is a reducer over all of them', async () => {
    const { environment, client } = await polling({ ...unpacked, reduce: collect({ limit: 3 }) as never })
    await respond(environment, { next: 1, list: ['a', 'b'] })
    await respond(environment, { next: 2, list: ['c', 'd'] })
    expect(client.getSnapshot().data).toEqual(['b', 'c', 'd'])
  })

  test.each<[name: string, messages: (body: never) => Iterable<unknown>]>([
    [
      'that throws',
      () => {
        throw new Error('oh')
      },
    ],
    ['that gives nothing to iterate', () => 5 as never],
    ['that gives undefined', () => undefined as never],
    [
      'that throws in the middle',
      function* broken() {
        yield 'a'
        throw new Error('oh')
      },
    ],
  ])('one %s: an error with the text, and the connection stays open', async (_, wrong) => {
    const { environment, client, errors, emitted } = await polling({
      messages: wrong as PollOptions['messages'],
    })
    await respond(environment, '{"x": 1}', { headers: { 'content-type': 'application/json' } })
    expect(errors).toMatchObject([{ code: 'decode', raw: '{"x": 1}' }])
    expect(emitted).toEqual(['open', 'error decode'])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, data: undefined })
    expect(environment.errors).toEqual([])
  })
})

describe('[handler-errors] a handler that throws', () => {
  test('is reported, and stops neither the rest nor the cursor', async () => {
    const oh = new Error('oh')
    const onMessage = (message: unknown) => {
      if (message === 'a') throw oh
    }
    const { environment, client, emitted } = await polling({ ...unpacked, onMessage })
    await respond(environment, { next: 1, list: ['a', 'b'] })
    expect(environment.errors).toEqual([oh])
    expect(messagesIn(emitted)).toEqual(['a', 'b'])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', cursor: '1' })
  })
})

describe('[latest-handlers] a handler is the newest one', () => {
  test('and another one sends no request', async () => {
    const { environment, client } = await polling(unpacked)
    const first: unknown[] = []
    const second: unknown[] = []
    client.setOptions('/news', { environment, ...unpacked, onMessage: (message) => first.push(message) })
    client.setOptions('/news', { environment, ...unpacked, onMessage: (message) => second.push(message) })
    await respond(environment, { next: 1, list: ['a'] })
    expect([first, second]).toEqual([[], ['a']])
    expect(environment.requests).toHaveLength(2)
  })

  test('as are messages and the cursor', async () => {
    const { environment, client, emitted } = await polling(unpacked)
    const upper = (body: { readonly list: readonly string[] }) => body.list.map((one) => one.toUpperCase())
    const other = query('from', (body) => body.next * 10)
    client.setOptions('/news', { environment, messages: upper, cursor: other })
    await respond(environment, { next: 1, list: ['a'] })
    expect(messagesIn(emitted)).toEqual(['A'])
    expect(searches(environment)).toEqual(['', '?from=10'])
  })
})
