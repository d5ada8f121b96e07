import { describe, expect, test } from 'vitest'
import {
  type PollOptions,
  respond,
  createPollEnvironment,
  polling,
  searches,
} from '../../test/long-poll/harness.ts'
import { json, text } from '../shared/codec.ts'
import { createLongPoll, fromHeader, query } from './index.ts'

const cursor = query('since', (body) => body.next)
const messages = (body: { readonly list: readonly unknown[] }) => body.list
const unpacked: PollOptions = { cursor, messages }

describe('[decoding] what cannot be decoded', () => {
  const codec = json()
  const wrong = '{"next": 1, "list": ['
  const typed = { headers: { 'content-type': 'application/json', 'x-next': '1' } }

  test.each<[name: string, options: PollOptions]>([
    ['without a codec', {}],
    ['with json()', { codec }],
  ])('is an error with the text, %s, and the connection stays open', async (_, options) => {
    const { environment, client, errors } = await polling({ ...unpacked, ...options })
    await respond(environment, wrong, typed)
    expect(errors).toMatchObject([{ code: 'decode', raw: wrong }])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', error: undefined, cursor: undefined })
  })

  test('is reported if nothing listens', async () => {
    const environment = createPollEnvironment()
    const client = createLongPoll('/news', { environment })
    client.open()
    await environment.advance(0)
    await respond(environment, wrong, typed)
    expect(environment.errors).toMatchObject([{ code: 'decode', raw: wrong }])
  })

  test('a text content type is text, also if it looks like JSON', async () => {
    const { environment, client } = await polling({ codec: text() })
    await respond(environment, wrong, typed)
    expect(client.getSnapshot().data).toBe(wrong)
  })

  test('[stable-connection] if the body has the cursor, the request is repeated with the delays of retries', async () => {
    const { environment, client } = await polling({
      ...unpacked,
      retry: { delay: ({ attempt }) => attempt * 4000 },
    })
    for (let turn = 0; turn < 4; turn++) {
      await respond(environment, wrong, typed)
      await environment.advance((turn + 1) * 4000)
    }
    expect(environment.starts).toEqual([0, 4000, 12_000, 24_000, 40_000])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', attempt: 0 })
    await respond(environment, { next: 1, list: ['a'] })
    await respond(environment, wrong, typed)
    await environment.advance(4000)
    expect(environment.starts.at(-1)).toBe(44_000)
  })

  test('and never more often than minGap says', async () => {
    const { environment } = await polling({ ...unpacked, retry: { delay: () => 0 } })
    await respond(environment, wrong, typed)
    await environment.advance(1000)
    expect(environment.starts).toEqual([0, 1000])
  })

  test('moves on if a header has the cursor', async () => {
    const { environment, client } = await polling({ cursor: query('since', fromHeader('x-next')), codec })
    await respond(environment, wrong, typed)
    expect(client.getSnapshot()).toMatchObject({ status: 'open', cursor: '1' })
    await environment.advance(1000)
    expect(searches(environment)).toEqual(['', '?since=1'])
    await respond(environment, '"two"', { headers: { ...typed.headers, 'x-next': '2' } })
    expect(client.getSnapshot()).toMatchObject({ data: 'two', cursor: '2' })
  })
})
