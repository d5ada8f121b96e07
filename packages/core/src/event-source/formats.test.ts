import { describe, expect, test, vi } from 'vitest'
import {
  type StreamOptions,
  mountStream,
  requesting,
  respond,
  stream,
} from '../../test/event-source/harness.ts'
import { list } from '../../test/web-socket/observers.ts'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { eventsOrJson } from './events-or-json.ts'
import { jsonSequence, ndjson } from './formats.ts'

const NDJSON = { headers: { 'content-type': 'application/x-ndjson' } }
const rows = { format: ndjson(), codec: json(), reduce: list } as const

async function receiving(options: StreamOptions, ...pieces: string[]) {
  const set = await requesting(options)
  await respond(set.environment, NDJSON)
  await set.write(...pieces)
  const end = async () => {
    set.environment.request.end()
    await set.environment.advance(0)
  }
  return { ...set, end }
}

describe('[stream-formats] ndjson()', () => {
  test('delivers each line, cut anywhere, and the end is complete', async () => {
    const { client, environment, end } = await receiving(rows, '{"a":', '1}\n\n{"a":2}\r', '\n{"a":3}\n')
    expect(client.getSnapshot().data).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }])
    expect(environment.request.headers.get('accept')).toContain('application/x-ndjson')
    await end()
    expect(client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
  })

  test('a last line without a line end counts if it is JSON', async () => {
    const { client, end } = await receiving(rows, '{"a":1}\n{"a":2}')
    await end()
    expect(client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, data: [{ a: 1 }, { a: 2 }] })
  })

  test('a last line that is not JSON is truncated', async () => {
    const { client, end } = await receiving({ ...rows, method: 'POST' }, '{"a":1}\n{"a"')
    await end()
    expect(client.getSnapshot()).toMatchObject({
      closed: { by: 'server' },
      error: { code: 'truncated' },
      data: [{ a: 1 }],
    })
  })

  test('without an ID, a response that broke off starts `data` anew', async () => {
    const { client, environment, write } = await receiving(rows, '{"a":1}\n')
    environment.request.fail()
    await environment.advance(1000)
    await respond(environment, NDJSON)
    await write('{"a":2}\n')
    expect([client.getSnapshot().data, environment.requests.length]).toEqual([[{ a: 2 }], 2])
  })

  test('with an ID it resumes', async () => {
    const id = (value: unknown) => (value as { a: number }).a
    const { client, environment, write } = await receiving({ ...rows, format: ndjson({ id }) }, '{"a":7}\n')
    expect(client.getSnapshot().lastEventId).toBe('7')
    environment.request.fail()
    await environment.advance(1000)
    expect(environment.request.headers.get('last-event-id')).toBe('7')
    await respond(environment, NDJSON)
    await write('{"a":8}\n')
    expect(client.getSnapshot().data).toEqual([{ a: 7 }, { a: 8 }])
  })

  test.each([undefined, null, Number.NaN, Number.POSITIVE_INFINITY])('the ID %o is no ID', async (id) => {
    const ids: unknown[] = [7, id]
    const format = ndjson({ id: () => ids.shift() as number })
    const { client } = await receiving({ ...rows, format }, '{"a":7}\n{"a":8}\n')
    expect(client.getSnapshot().lastEventId).toBe('7')
  })

  test('an ID function that throws ends the stream', async () => {
    const boom = new Error('boom')
    const id = () => {
      throw boom
    }
    const { client } = await receiving({ ...rows, format: ndjson({ id }) }, '{"a":7}\n')
    expect(client.getSnapshot().error).toMatchObject({
      code: 'provider',
      provider: 'format.id',
      thrown: boom,
    })
  })

  test('a line that is not JSON is a `decode` error, and the stream continues', async () => {
    const { client, errors } = await receiving(rows, 'no\n{"a":1}\n')
    expect(errors).toMatchObject([{ code: 'decode', raw: 'no' }])
    expect(client.getSnapshot()).toMatchObject({ status: 'open', data: [{ a: 1 }] })
  })

  test.each(['"xxxxxxxxxx', '"xxxxxxxxxx"\n'])('a line may be too long: %j', async (line) => {
    const { client } = await receiving({ ...rows, maxEventLength: 10 }, line)
    expect(client.getSnapshot()).toMatchObject({
      closed: { by: 'fatal' },
      error: { code: 'too-large', limit: 10 },
    })
  })

  test('`until` and a `for await` loop work as for events', async () => {
    const { client, environment, write } = stream({
      ...rows,
      until: ({ data }) => data.includes('"done":true'),
    })
    const seen: unknown[] = []
    const loop = (async () => {
      for await (const message of client) seen.push(message)
    })()
    await environment.advance(0)
    await respond(environment, NDJSON)
    await write('{"a":1}\n{"done":true}\n{"a":2}\n')
    await loop
    expect([seen, client.getSnapshot().closed?.by]).toEqual([[{ a: 1 }], 'complete'])
  })

  test('rejects the type of events, as events reject that of lines', async () => {
    const { client, environment } = await requesting(rows)
    await respond(environment)
    expect(client.getSnapshot().error?.code).toBe('content-type')
    const other = await requesting()
    await respond(other.environment, NDJSON)
    expect(other.client.getSnapshot().error?.code).toBe('content-type')
  })

  test('[sharing] shares with the same format only, and a new object does not reconnect', async () => {
    const environment = createTestEnvironment()
    const { observer } = mountStream(environment, { format: ndjson() })
    mountStream(environment, { format: ndjson() })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    observer.setOptions('/news', { environment, format: ndjson() })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    mountStream(environment, {})
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })
})

test('[pacing] lines in one chunk let the page run every 8 ms', async () => {
  let busy = 0
  let turns = 0
  const base = createTestEnvironment()
  const environment = extendEnvironment(base, {
    now: () => base.now() + busy,
    scheduleTask(callback) {
      turns++
      base.scheduleTask(callback)
    },
  })
  const received: unknown[] = []
  const onMessage = (message: unknown) => {
    busy += 0.5
    received.push(message)
  }
  const set = await requesting({ ...rows, onMessage }, '/news', environment)
  await respond(environment, NDJSON)
  const values = Array.from({ length: 5000 }, (_, number) => ({ a: number }))
  await set.write(values.map((value) => `${JSON.stringify(value)}\n`).join(''))
  await environment.advance(0)
  expect(received).toEqual(values)
  expect(turns).toBe(312)
})

describe('[stream-formats] jsonSequence()', () => {
  const sequence = { ...rows, format: jsonSequence() }
  const receive = async (...pieces: string[]) => {
    const set = await requesting(sequence)
    await respond(set.environment, { headers: { 'content-type': 'application/json-seq' } })
    await set.write(...pieces)
    return set
  }

  test('delivers each text at its line end', async () => {
    const { client } = await receive('\u001e{"a":1}\n\u001e{"a"', ':2}\n')
    expect(client.getSnapshot().data).toEqual([{ a: 1 }, { a: 2 }])
  })

  test('a text may have line ends', async () => {
    const { client } = await receive('\u001e{\n"a":1\n}\n\u001e2\n')
    expect(client.getSnapshot().data).toEqual([{ a: 1 }, 2])
  })

  // RFC 7464, section 2.4
  test.each(['12', 'true', 'null'])(
    '%s without white space at the end may be cut off: truncated',
    async (last) => {
      const { client, environment } = await receive(`\u001e1\n\u001e${last}`)
      environment.request.end()
      await environment.advance(0)
      expect(client.getSnapshot()).toMatchObject({ data: [1], error: { code: 'truncated' } })
    },
  )

  test.each(['{"a":2}', '"2"', '[2]', '2 '])('%s needs no line end', async (last) => {
    const { client, environment } = await receive(`\u001e1\n\u001e${last}`)
    environment.request.end()
    await environment.advance(0)
    expect(client.getSnapshot()).toMatchObject({ data: [1, JSON.parse(last)], closed: { by: 'complete' } })
  })

  test('a text of many lines is read once, not again at each line', async () => {
    const parse = vi.spyOn(JSON, 'parse')
    const values = Array.from({ length: 1000 }, (_, number) => ({ number, text: '"}]\\' }))
    const { client } = await receive(`\u001e${JSON.stringify(values, null, 2)}\n\u001e"[{"\n`)
    expect(client.getSnapshot().data).toEqual([values, '[{'])
    expect(parse).toHaveBeenCalledTimes(2)
    parse.mockRestore()
  })

  test('lines of a text that is never complete are limited like one line', async () => {
    const set = await requesting({ ...sequence, maxEventLength: 10 })
    await respond(set.environment, { headers: { 'content-type': 'application/json-seq' } })
    await set.write('\u001e[\n', '1,\n', '2,\n', '3,\n')
    expect(set.client.getSnapshot().error).toMatchObject({ code: 'too-large', limit: 10 })
  })

  test('a text that is cut off is a `decode` error, and the next one is delivered', async () => {
    const { client, errors } = await receive('\u001e{"a":\n\u001e{"a":2}\n')
    expect(errors).toMatchObject([{ code: 'decode' }])
    expect(client.getSnapshot().data).toEqual([{ a: 2 }])
  })
})

describe('[stream-formats] eventsOrJson(), if the server chooses', () => {
  const mcp = {
    method: 'POST',
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    format: eventsOrJson(),
    codec: json(),
    reduce: list,
  } as const
  const JSON_HEAD = { headers: { 'content-type': 'application/json; charset=utf-8' } }

  async function responding(options: StreamOptions, head: { headers: HeadersInit }, ...pieces: string[]) {
    const set = await requesting(options)
    await respond(set.environment, head)
    await set.write(...pieces)
    set.environment.request.end()
    await set.environment.advance(0)
    return set
  }

  test('a short response is JSON: one message, and complete', async () => {
    const { client, environment, emitted } = await responding(mcp, JSON_HEAD, '{"id":1,\n"res', 'ult":{}}')
    expect(environment.request.headers.get('accept')).toBe('text/event-stream, application/json')
    expect(client.getSnapshot()).toMatchObject({
      data: [{ id: 1, result: {} }],
      closed: { by: 'complete' },
      error: undefined,
    })
    expect(emitted).toEqual(['open', 'message [object Object]', 'close 1000'])
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
  })

  test('a long response is a stream of events, with IDs', async () => {
    const stream = { headers: { 'content-type': 'text/event-stream' } }
    const { client } = await responding(mcp, stream, 'id: 7\ndata:\n\n', 'data: {"a":1}\n\ndata: {"a":2}\n\n')
    expect(client.getSnapshot()).toMatchObject({
      data: [{ a: 1 }, { a: 2 }],
      lastEventId: '7',
      closed: { by: 'complete' },
    })
  })

  test('JSON is complete also with `until`, for which it need not be the last event', async () => {
    const { client } = await responding({ ...mcp, until: (e) => e.data === '[DONE]' }, JSON_HEAD, '{"a":1}')
    expect(client.getSnapshot()).toMatchObject({
      data: [{ a: 1 }],
      closed: { by: 'complete' },
      error: undefined,
    })
  })

  test('JSON without content is complete, without a message', async () => {
    const { client } = await responding(mcp, JSON_HEAD, ' \n')
    expect(client.getSnapshot()).toMatchObject({ data: undefined, closed: { by: 'complete' } })
  })

  test('JSON that is cut off is truncated', async () => {
    const { client } = await responding(mcp, JSON_HEAD, '{"id":1,"res')
    expect(client.getSnapshot()).toMatchObject({ closed: { by: 'server' }, error: { code: 'truncated' } })
  })

  test('JSON that is too long is an error', async () => {
    const { client } = await responding({ ...mcp, maxEventLength: 5 }, JSON_HEAD, '{"id":1}')
    expect(client.getSnapshot()).toMatchObject({ closed: { by: 'fatal' }, error: { code: 'too-large' } })
  })

  test('any other type is an error', async () => {
    const { client } = await responding(mcp, { headers: { 'content-type': 'text/html' } }, '<p>')
    expect(client.getSnapshot().error).toMatchObject({ code: 'content-type', expected: 'text/event-stream' })
  })

  test('close() before the end delivers nothing', async () => {
    const { client, environment, emitted } = await requesting(mcp)
    await respond(environment, JSON_HEAD)
    environment.request.write('{"id":1}')
    client.close()
    await environment.advance(1000)
    expect(emitted).toEqual(['open', 'close 1000'])
  })
})
