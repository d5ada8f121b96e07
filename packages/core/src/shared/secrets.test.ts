import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { eventSourceRows } from '../../test/secrets/event-source.ts'
import { fetchRows } from '../../test/secrets/fetch.ts'
import { longPollRows } from '../../test/secrets/long-poll.ts'
import { SECRET_URL, SECRET, fail } from '../../test/secrets/secret.ts'
import { webSocketRows } from '../../test/secrets/web-socket.ts'
import { printed } from '../../test/common/printed.ts'
import { json } from './codec.ts'
import { type ErrorCode, isTautlineError } from './errors.ts'
import { EventSource } from '../event-source-class/index.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createWebSocket } from '../web-socket/index.ts'

const rows = [...webSocketRows, ...eventSourceRows, ...longPollRows, ...fetchRows]

/** All error codes. A missing one is a type error. */
const CODES = {
  'bad-option': true,
  'bad-url': true,
  'bad-protocols': true,
  'bad-close': true,
  unsupported: true,
  provider: true,
  timeout: true,
  'connect-failed': true,
  closed: true,
  http: true,
  cors: true,
  aborted: true,
  'content-type': true,
  'too-large': true,
  interrupted: true,
  decode: true,
  encode: true,
  dropped: true,
  overflow: true,
  truncated: true,
  gap: true,
} satisfies Record<ErrorCode, true>

const METHODS = ['error', 'warn', 'log', 'info', 'debug'] as const
let written: unknown[] = []

beforeEach(() => {
  written = []
  for (const method of METHODS)
    vi.spyOn(console, method).mockImplementation((...all: unknown[]) => void written.push(...all))
})

afterEach(() => {
  vi.restoreAllMocks()
})

const shown = (values: readonly unknown[]) => values.map(printed).join('\n').toLowerCase()

test('each error code has a test', () => {
  const without = Object.keys(CODES).filter((code) => !rows.some((row) => row.code === code))
  expect(without).toEqual([])
})

describe('[no-secrets] a secret is not printed, and the program can read it', () => {
  test.each(rows)('$code: $name', async ({ code, make, find }) => {
    const reported = await make()
    const error = reported.find((one) => isTautlineError(one, code))
    if (!isTautlineError(error)) throw new Error(`No error ${code}: ${shown(reported)}`)
    expect(shown([...reported, ...written])).not.toContain(SECRET)
    expect(error.message.length).toBeLessThanOrEqual(401)
    if (find) expect(inspect(find(error))).toContain(SECRET)
  })
})

describe('without a client', () => {
  const schema = { '~standard': { version: 1, vendor: 'own', validate: fail } } as const

  test.each([
    ['a schema that throws while it reads', () => json(schema).decode('1')],
    ['a schema that throws while it validates a message to send', () => json(schema, schema).encode(1)],
    ['a URL that an EventSource cannot parse', () => new EventSource(`https://a b/${SECRET}`)],
  ])('%s', (_, run) => {
    let error: unknown
    try {
      run()
    } catch (cause) {
      error = cause
    }
    expect(error).toBeInstanceOf(Error)
    expect(printed(error)).not.toContain(SECRET)
  })

  test.each(['data', 'http'])('an EventSource of a %s: URL that fails writes nothing', async (scheme) => {
    const environment = createTestEnvironment()
    const url = scheme === 'data' ? `data:,${SECRET}` : SECRET_URL
    const source = new EventSource(url, { environment })
    const onerror = vi.fn<(event: Event) => void>()
    source.onerror = onerror
    await environment.advance(0)
    if (scheme === 'http') environment.request.respond({ status: 403, headers: { 'x-token': SECRET } })
    await environment.advance(0)
    expect(source.readyState).toBe(2)
    expect(onerror).toHaveBeenCalledOnce()
    expect(shown([...environment.errors, ...written, ...onerror.mock.calls.flat()])).not.toContain(SECRET)
  })
})

test('an error without listeners is written to the console of Node without its messages', async () => {
  const client = createWebSocket(SECRET_URL, { environment: { baseUrl: undefined } })
  client.close()
  client.send(SECRET)
  expect(written).toMatchObject([{ code: 'dropped', messages: [SECRET] }])
  expect(shown(written)).not.toContain(SECRET)
})
