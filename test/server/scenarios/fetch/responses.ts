import { describe, expect, test } from 'vitest'
import { binary, text } from '@tautline/core'
import type { FaultRule } from '@tautline/demo-server'
import {
  fetchOnce,
  bytesOf,
  client,
  countsOf,
  isOver,
  look,
  newUser,
  sha256Of,
  transfersOf,
} from '../../support/fetch/requests.ts'
import { stopped, until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Responses of a server, and how they are handled. */
export function fetchResponses(harness: EnvironmentHarness): void {
  describe('responses of a server', () => {
    failures(harness)
    lies(harness)
    types(harness)
    statuses(harness)
    sizes(harness)
    deadlines(harness)
  })
}

/** A document that no other test requests. */
const newDocument = (harness: EnvironmentHarness, bytes: number, query = '') =>
  `/documents/${bytes}?test=${harness.unique()}${query}`

function failures(harness: EnvironmentHarness): void {
  const ways: readonly (readonly [string, FaultRule, object])[] = [
    ['a truncated body', { fault: 'cut', afterBytes: 500 }, { code: 'closed' }],
    ['503', { fault: 'refuse' }, { code: 'http', status: 503 }],
    ['429', { fault: 'refuse', status: 429 }, { code: 'http', status: 429 }],
    ['425', { fault: 'refuse', status: 425 }, { code: 'http', status: 425 }],
  ]
  test.each(ways)(
    '[fetch-errors] [safe-retries] %s is an error that names the cause, and is retried',
    async (_, fault, error) => {
      const target = newDocument(harness, 1000)
      await harness.addFault({ ...fault, match: target, count: 2 })
      const request = await fetchOnce<readonly object[]>(harness.url + target)
      expect(request.retries.map(({ attempt }) => attempt)).toEqual([1, 2])
      expect(request.retries.map(({ error }) => error)).toMatchObject([error, error])
      expect(request.client.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
      expect([request.errors, request.messages.length]).toEqual([[], 1])
      expect(await harness.outcomesOf(target)).toEqual([fault.fault, fault.fault, 'accepted'])

      const last = newDocument(harness, 1000)
      await harness.addFault({ ...fault, match: last, count: 'always' })
      const failed = await fetchOnce(harness.url + last, { retry: { delay: () => 0, limit: 2 } })
      expect(failed.client.getSnapshot()).toMatchObject({ status: 'error', error })
      expect(failed.givenUp).toMatchObject([{ attempts: 2, error }])
      expect(await harness.outcomesOf(last)).toEqual([fault.fault, fault.fault, fault.fault])
    },
  )

  test('[fetch-errors] a connection that is reset before the response is retried', async () => {
    const target = newDocument(harness, 1000)
    await harness.addProxyRule({ fault: 'reset', match: target, count: 2 })
    const request = await fetchOnce(harness.proxyUrl + target)
    expect(request.client.getSnapshot().status).toBe('success')
    // At most two: a browser itself repeats a request that failed on a reused connection.
    expect([1, 2]).toContain(request.retries.length)
    for (const { error } of request.retries) expect(error).toMatchObject({ code: 'connect-failed' })
    expect(await harness.outcomesOf(target)).toEqual(['accepted'])
  })
}

function lies(harness: EnvironmentHarness): void {
  test('[fetch-errors] a response that is labelled as JSON but is not: the error has the body, and there is no retry', async () => {
    const target = newDocument(harness, 1000)
    await harness.addFault({ fault: 'lie', match: target })
    const request = await fetchOnce(harness.url + target)
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'error',
      data: undefined,
      error: { code: 'decode', raw: expect.stringMatching(/^<!doctype html>/i) as string },
    })
    expect(request.errors).toEqual([request.client.getSnapshot().error])
    expect(await harness.outcomesOf(target)).toEqual(['lie'])
    await request.client.refetch()
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
  })

  test('[cut-off] JSON that is truncated without a network error is retried', async () => {
    const target = newDocument(harness, 1000, '&cache=no-store')
    const request = await fetchOnce(harness.url + target)
    const { data } = request.client.getSnapshot()
    await harness.addFault({ fault: 'truncate', match: target, count: 1 })
    expect(await request.client.refetch()).toEqual(data)
    expect(request.retries.map(({ error }) => error)).toMatchObject([{ code: 'closed' }])
  })

  test('[html-instead] the page of a captive portal is an error at once', async () => {
    const target = newDocument(harness, 1000)
    await harness.addFault({ fault: 'captive-portal', match: target, count: 'always' })
    const request = await fetchOnce(harness.url + target)
    const error = { code: 'content-type', contentType: 'text/html' }
    expect(request.client.getSnapshot()).toMatchObject({ status: 'error', error })
    expect([request.retries, request.givenUp]).toEqual([[], []])
  })

  test('[fetch-errors] an HTML page is an error, unless Accept names text/html', async () => {
    const target = `/status/200?type=text/html&body=%3Cp%3EHello%3C/p%3E&test=${harness.unique()}`
    const refused = await fetchOnce(harness.url + target, { retry: false })
    expect(refused.client.getSnapshot().error).toMatchObject({ code: 'content-type' })
    const wanted = await fetchOnce(harness.url + target, { headers: { Accept: 'text/html' } })
    expect(wanted.client.getSnapshot().data).toBe('<p>Hello</p>')
  })

  test('[fetch-errors] a 304 to an unconditional request is an error', async () => {
    const request = await fetchOnce(`${harness.url}/status/304?test=${harness.unique()}`)
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'error',
      error: { code: 'http', status: 304 },
    })
  })
}

function types(harness: EnvironmentHarness): void {
  test.each([
    ['application/json', '{"a":[1,null]}', { a: [1, null] }],
    ['application/vnd.api+json; charset=utf-8', '"é🪢"', 'é🪢'],
    ['text/plain', '{"a":1}', '{"a":1}'],
    ['text/csv; charset=utf-8', 'é,🪢\n', 'é,🪢\n'],
    ['application/xml', '<a/>', '<a/>'],
    ['', 'no type at all', 'no type at all'],
  ])('[fetch-errors] %s is decoded by its content type', async (type, body, expected) => {
    const request = await fetchOnce(
      `${harness.url}/status/200?type=${encodeURIComponent(type)}&body=${encodeURIComponent(body)}&test=${harness.unique()}`,
    )
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', data: expected })
  })

  test('[fetch-errors] decodes an unknown type as bytes; text() and binary() choose the type explicitly', async () => {
    const bytes = bytesOf(30_000)
    const base64 = encodeURIComponent(btoa(String.fromCharCode(...bytes)))
    const url = `${harness.url}/raw?type=application/octet-stream&base64=${base64}`
    const request = await fetchOnce<ArrayBuffer>(`${url}&test=${harness.unique()}`)
    expect(new Uint8Array(request.client.getSnapshot().data ?? new ArrayBuffer(0))).toEqual(bytes)
    const wanted = await fetchOnce<ArrayBuffer>(`${url}&test=${harness.unique()}`, { codec: binary() })
    expect(new Uint8Array(wanted.client.getSnapshot().data ?? new ArrayBuffer(0))).toEqual(bytes)
    const json = await fetchOnce<string>(`${harness.url}${newDocument(harness, 100)}`, { codec: text() })
    expect(json.client.getSnapshot().data).toMatch(/^\[.{98}\]$/)
  })

  test('[fetch-errors] 204 is a success without data', async () => {
    const target = newDocument(harness, 1000)
    await harness.addFault({ fault: 'no-content', match: target })
    const request = await fetchOnce(harness.url + target)
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'success',
      data: undefined,
      response: { status: 204 },
    })
    expect(await harness.outcomesOf(target)).toEqual(['no-content'])
  })

  test('[safe-retries] HEAD has headers, and no data', async () => {
    const request = await fetchOnce(harness.url + newDocument(harness, 1234), { method: 'HEAD' })
    const { response, status, data } = request.client.getSnapshot()
    expect([status, data, response?.status]).toEqual(['success', undefined, 200])
    expect(response?.headers.get('content-type')).toBe('application/json')
  })

  test.each(['one-byte', 'bom', 'gzip'] as const)(
    '[fetch-errors] %s: the data is unchanged',
    async (fault) => {
      const plain = await fetchOnce(harness.url + newDocument(harness, 5000))
      const target = newDocument(harness, 5000)
      await harness.addFault({ fault, match: target })
      const request = await fetchOnce(harness.url + target)
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'success',
        data: plain.client.getSnapshot().data,
      })
      expect(await harness.outcomesOf(target)).toEqual([fault])
    },
  )
}

function statuses(harness: EnvironmentHarness): void {
  const fatal = [400, 403, 404, 405, 406, 410, 411, 413, 414, 415, 416, 418, 422, 423, 428, 431, 451]
  test.each(fatal)(
    '[fatal-errors] [fetch-errors] %i is not retried: the error has its body and headers',
    async (status) => {
      const target = `/status/${status}?header=X-Reason:it&test=${harness.unique()}`
      const request = await fetchOnce(harness.url + target)
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'error',
        error: { code: 'http', status, body: { status }, problem: undefined },
      })
      expect([request.errors.length, request.retries, request.givenUp]).toEqual([1, [], []])
      expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
    },
  )

  test.each([500, 501, 502, 504, 507, 511])(
    '[retry-limit] [fetch-errors] %i is retried exactly as often as the limit allows',
    async (status) => {
      const target = `/status/${status}?type=text/plain&body=down&test=${harness.unique()}`
      const request = await fetchOnce(harness.url + target)
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'error',
        attempt: 0,
        error: { code: 'http', status, body: 'down' },
      })
      expect(request.retries.map(({ attempt }) => attempt)).toEqual([1, 2])
      expect(request.givenUp).toMatchObject([{ attempts: 2, error: { status } }])
      expect(await countsOf(harness, target)).toMatchObject({ requests: 3 })
    },
  )

  test.each([301, 302, 303, 307, 308])(
    '[fetch-errors] follows a redirect with %i, and reports the new URL',
    async (status) => {
      const [from, to] = [newDocument(harness, 100), newDocument(harness, 200)]
      await harness.addFault({ fault: 'refuse', status, location: to, match: from })
      const request = await fetchOnce(harness.url + from)
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'success',
        response: { status: 200, url: harness.url + to },
      })
      expect(await countsOf(harness, to)).toMatchObject({ requests: 1 })
    },
  )
}

function sizes(harness: EnvironmentHarness): void {
  test.each(['json', 'text', 'binary'])(
    '[fetch-errors] a response of 1 GiB (%s) is aborted at maxBodyBytes: the server has sent only a small part of it',
    async (type) => {
      const target = `/endless?type=${type}&test=${harness.unique()}`
      const request = await fetchOnce(harness.url + target, { maxBodyBytes: 1_000_000 })
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'error',
        error: { code: 'too-large', limit: 1_000_000 },
      })
      expect(request.retries).toEqual([])
      await until(async () =>
        expect(await transfersOf(harness, 'endless', target)).toMatchObject([{ ended: 'abandoned' }]),
      )
      const [transfer] = await transfersOf(harness, 'endless', target)
      // How much the buffers of both sides still hold depends on the load of the machine. It is a small part of 1 GiB.
      expect(transfer?.bytes).toBeLessThan(67_108_864)
      expect(transfer?.bytes).toBeGreaterThan(1_000_000)
    },
  )

  test('[fetch-errors] maxBodyBytes counts the decompressed bytes of a compressed document', async () => {
    const size = 3_000_000
    const target = newDocument(harness, size, '&gzip=1')
    const request = await fetchOnce<string>(harness.url + target, { codec: text() })
    const { data = '', progress } = request.client.getSnapshot()
    const plain = await fetchOnce<string>(harness.url + newDocument(harness, size), { codec: text() })
    expect(data.length).toBe(size)
    expect(await sha256Of(data)).toBe(await sha256Of(plain.client.getSnapshot().data ?? ''))
    // The total is unknown: Content-Length is the length of the compressed body.
    expect(progress).toEqual({ sent: 0, received: size, total: undefined })
    const small = await fetchOnce(harness.url + newDocument(harness, size, '&gzip=1'), {
      maxBodyBytes: size - 1,
    })
    expect(small.client.getSnapshot().error).toMatchObject({
      code: 'too-large',
      limit: size - 1,
    })
    const fits = await fetchOnce(harness.url + newDocument(harness, size, '&gzip=1'), { maxBodyBytes: size })
    expect(fits.client.getSnapshot().status).toBe('success')
  })

  test('[progress] download progress: received grows up to the Content-Length', async () => {
    const size = 2_000_000
    const target = newDocument(harness, size)
    await harness.addFault({ fault: 'slow', bytesPerSecond: 4_000_000, match: target })
    const request = await fetchOnce(harness.url + target, { codec: text() })
    const steps = request.shown.map(({ progress }) => progress)
    const received = steps.map(({ received }) => received)
    expect(received).toEqual(received.toSorted((one, other) => one - other))
    expect(request.client.getSnapshot().progress).toEqual({ sent: 0, received: size, total: size })
    expect(new Set(received).size).toBeGreaterThan(3)
  })
}

/** With a clock that the test controls. */
function deadlines(harness: EnvironmentHarness): void {
  test('[request-timeout] a server that does not respond is aborted after timeout.connect, and the request is retried', async () => {
    const { clock, environment } = stopped()
    const target = newDocument(harness, 1000)
    await harness.addFault({ fault: 'stall', match: target, count: 2 })
    const request = look(harness.url + target, { environment, timeout: { connect: 3000 } })
    for (const attempt of [1, 2]) {
      await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
      await clock.advance(2999)
      expect(request.retries).toHaveLength(attempt - 1)
      await clock.advance(1)
      expect(request.retries).toHaveLength(attempt)
      await until(async () => expect((await countsOf(harness, target)).aborted).toBe(attempt))
      await clock.advance(5)
    }
    await request.until(isOver)
    const error = { code: 'timeout', phase: 'silence', timeout: 3000 }
    expect(request.retries.map(({ error }) => error)).toMatchObject([error, error])
    expect(request.client.getSnapshot().status).toBe('success')
    expect(await harness.outcomesOf(target)).toEqual(['stall', 'stall', 'accepted'])
  })

  test('[request-timeout] a response that stalls in the middle is aborted too', async () => {
    const { clock, environment } = stopped()
    const target = newDocument(harness, 1000)
    await harness.addFault({ fault: 'silence', match: target })
    const request = look(harness.url + target, { environment, retry: false })
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    await request.until(({ progress }) => progress.received === 0)
    await clock.advance(60_000)
    await request.until(isOver)
    expect(request.client.getSnapshot().error).toMatchObject({ code: 'timeout', timeout: 60_000 })
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
  })

  test('[request-timeout] timeout.request limits the whole request, even while data arrives', async () => {
    const { clock, environment } = stopped()
    const target = newDocument(harness, 1_000_000)
    await harness.addFault({ fault: 'slow', bytesPerSecond: 20_000, match: target })
    const request = look(harness.url + target, { environment, retry: false, timeout: { request: 30_000 } })
    let received = 0
    for (let passed = 5000; passed < 30_000; passed += 5000) {
      await request.until(({ progress }) => progress.received > received)
      received = request.client.getSnapshot().progress.received
      await clock.advance(5000)
      expect(request.errors).toEqual([])
    }
    await request.until(({ progress }) => progress.received > received)
    await clock.advance(5000)
    await request.until(isOver)
    expect(request.client.getSnapshot().error).toMatchObject({
      code: 'timeout',
      phase: 'request',
      timeout: 30_000,
    })
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
  })

  test('[fetch-errors] [request-timeout] an endless error page: the error has the status, and the connection is aborted', async () => {
    const { clock, environment } = stopped()
    const target = newDocument(harness, 1000)
    await harness.addFault({ fault: 'refuse', status: 404, endless: true, match: target, count: 'always' })
    const request = look(harness.url + target, { environment })
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    await until(async () => {
      await clock.advance(10_000)
      expect(isOver(request.client.getSnapshot())).toBe(true)
    })
    expect(request.client.getSnapshot().error).toMatchObject({ code: 'http', status: 404 })
    expect(request.retries).toEqual([])
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
  })

  test.each([
    ['2', 2000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['1000000', 300_000],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
  ])(
    '[retry-after] 503 with Retry-After: %s: the wait is added to the delay of the policy',
    async (retryAfter, hint) => {
      const start = Date.UTC(2026, 0, 1)
      const { clock, environment } = stopped(start)
      const { target } = await newUser(harness)
      await harness.addFault({ fault: 'refuse', retryAfter, match: target })
      const request = look(harness.url + target, { environment })
      await request.until(({ retryAt }) => retryAt !== undefined)
      const wait = 5 + (hint ?? 0)
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'pending',
        attempt: 1,
        retryAt: start + wait,
        waitingFor: 'timer',
      })
      await clock.advance(wait - 1)
      expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
      await clock.advance(1)
      await request.until(isOver)
      expect(request.client.getSnapshot()).toMatchObject({
        status: 'success',
        attempt: 0,
        retryAt: undefined,
      })
    },
  )

  test('[abort] abort() before a retry: no more request is sent, and it is not an error', async () => {
    const { clock, environment } = stopped()
    const { target } = await newUser(harness)
    await harness.addFault({ fault: 'refuse', retryAfter: 5, match: target, count: 'always' })
    const request = client(harness.url + target, { environment })
    const promise = request.execute()
    await until(() => expect(request.getSnapshot().retryAt).toBeDefined())
    request.abort()
    await expect(promise).rejects.toMatchObject({ code: 'aborted', by: 'user' })
    expect(clock.timers).toBe(0)
    await clock.advance(600_000)
    expect(request.getSnapshot()).toMatchObject({ status: 'idle', error: undefined, isFetching: false })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })
}
