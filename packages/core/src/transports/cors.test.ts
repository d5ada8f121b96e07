import { expect, test } from 'vitest'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { query } from '../long-poll/index.ts'
import type { Fetch } from '../platform/environment.ts'
import { json } from '../shared/codec.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createConnection, eventSource, longPoll } from './index.ts'

const SERVER = 'https://other.example'

/** A connection to another origin, where requests with the header `Last-Event-ID` are blocked while `isBlocked`. */
async function open(resume?: { query: string }) {
  const inner = createTestEnvironment()
  const blocking = { isBlocked: true }
  const fetch: Fetch = (url, init) => {
    // The server can be reached.
    if (init.mode === 'no-cors') return Promise.resolve(Response.error())
    const response = inner.fetch?.(url, init) ?? Promise.reject(new Error('none'))
    if (blocking.isBlocked && new Headers(init.headers).has('last-event-id')) inner.request.fail()
    return response
  }
  const environment = extendEnvironment(inner, { fetch })
  const connection = createConnection<{ seq: number }, object>(
    [
      eventSource(`${SERVER}/sse`, { greets: true, resume }),
      longPoll(`${SERVER}/lp`, {
        messages: (body) => body.items,
        cursor: query('after', (body) => body.next),
        id: (item) => item.seq,
      }),
    ],
    {
      codec: json<{ seq: number }, object>(),
      environment,
      remember: false,
      upgrade: { after: 1000, cap: 1000 },
      retry: { delay: () => 100 },
    },
  )
  const received: number[] = []
  const errors: string[] = []
  connection.on('message', ({ seq }) => received.push(seq))
  connection.on('error', ({ code }) => errors.push(code))
  connection.open()
  await environment.advance(0)
  const respond = async (...seqs: number[]) => {
    const { request } = environment
    if (request.url.includes('/lp')) {
      request.respond({ headers: { 'content-type': 'application/json' } })
      request.write(JSON.stringify({ items: seqs.map((seq) => ({ seq })), next: seqs.at(-1) }))
      request.end()
    } else {
      request.respond()
      request.write(`: hi\n\n${seqs.map((seq) => `id: ${seq}\ndata: {"seq":${seq}}\n\n`).join('')}`)
    }
    await environment.advance(0)
  }
  return { environment, connection, blocking, received, errors, respond }
}

test('[connection-resume] an event stream whose header CORS blocks is replaced by another transport, without a gap', async () => {
  const { environment, connection, blocking, received, errors, respond } = await open()
  await respond(1)
  environment.request.fail()
  await environment.advance(0)
  // The stream begins again, is blocked, and the poll is used.
  await environment.advance(200)
  expect(environment.request.url).toBe(`${SERVER}/lp?after=1`)
  await respond(2)
  expect([connection.getSnapshot().transport, received]).toEqual(['long-poll', [1, 2]])
  await environment.advance(5000)
  expect(environment.requests.some(({ url }) => url.includes('lastEventId'))).toBe(false)
  blocking.isBlocked = false
  const before = environment.requests.length
  for (let turn = 0; turn < 30 && environment.requests.length === before; turn++)
    await environment.advance(100)
  expect(environment.request.headers.get('last-event-id')).toBe('2')
  await respond(3)
  expect([connection.getSnapshot().transport, received]).toEqual(['event-source', [1, 2, 3]])
  expect(errors).not.toContain('gap')
  // A frame may be due, in which the page is notified.
  await environment.advance(20)
  connection.close()
  expect(environment.timers).toBe(0)
})

test('[connection-resume] with a query no header is sent, so that CORS need not allow it', async () => {
  const { environment, connection, received, errors, respond } = await open({ query: 'after' })
  await respond(1)
  await environment.advance(6000)
  environment.request.fail()
  await environment.advance(200)
  expect(environment.request.url).toBe(`${SERVER}/sse?after=1`)
  await respond(2)
  expect(received).toEqual([1, 2])
  expect(errors).not.toContain('gap')
  connection.close()
})

test("[connection-resume] resume: 'none' needs a URL function, which sends the cursor itself", async () => {
  expect(() => eventSource('/sse', { resume: 'none' })).toThrow(
    expect.objectContaining({ code: 'bad-option', option: 'resume' }),
  )
  const environment = createTestEnvironment()
  const transport = eventSource(({ cursor = '' }) => `/sse?from=${cursor}`, { resume: 'none' })
  const connection = createConnection([transport], { environment, initialCursor: '7', remember: false })
  connection.open()
  await environment.advance(0)
  expect(environment.request.url).toBe('https://test.example/sse?from=7')
  connection.close()
})

test('[connection-resume] the only event stream continues after an ID that no header can have, with one gap', async () => {
  const environment = createTestEnvironment()
  const connection = createConnection([eventSource('/sse')], {
    environment,
    remember: false,
    retry: { delay: () => 100 },
  })
  const [received, errors]: [unknown[], unknown[]] = [[], []]
  connection.on('message', (message) => received.push(message))
  connection.on('error', (error) => errors.push(error))
  connection.open()
  await environment.advance(0)
  for (const id of ['a\u0001', 'b\u0001', 'c']) {
    environment.request.respond()
    environment.request.write(`id: ${id}\ndata: ${id}\n\n`)
    await environment.advance(6000)
    environment.request.end()
    await environment.advance(200)
  }
  expect(received).toEqual(['a\u0001', 'b\u0001', 'c'])
  expect(errors).toMatchObject([{ code: 'gap', after: 'a\u0001' }])
  expect(environment.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([
    null,
    null,
    null,
    'c',
  ])
  connection.close()
  expect(environment.timers).toBe(0)
})

test('[connection-resume] an event stream cannot continue there if another transport can', async () => {
  const environment = createTestEnvironment()
  const lp = createConnection([eventSource('/sse'), longPoll('/lp')], {
    environment,
    initialCursor: 'a\u0001',
    remember: false,
  })
  lp.open()
  await environment.advance(0)
  expect(new URL(environment.request.url).pathname).toBe('/lp')
  lp.close()
})
