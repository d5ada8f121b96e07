import { describe, expect, test } from 'vitest'
import type { RequestEvent, User } from '@tautline/demo-server'
import {
  type Receipt,
  fetchOnce,
  bytesOf,
  client,
  countsOf,
  isOver,
  look,
  newUser,
  person,
  sha256Of,
} from '../support/fetch/requests.ts'
import { outcomesOf, useDemoServer } from '../support/server.ts'
import { until } from '../support/event-source/stream.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

// Not in a browser: it silently repeats a request itself if the connection ends before the response.
const server = useDemoServer()
const harness = createEnvironmentHarness(() => server.now)

/** Returns the number of users. */
const total = () => (server.now.state().endpoints['users'] as { readonly total: number }).total

/** Returns what happened to the requests for this target, oldest first. */
const happenedTo = (match: string): readonly RequestEvent[] =>
  server.now.requests.log.entries.filter(({ target }) => target.startsWith(match))

describe('a lost response', () => {
  test.each(['lose', 'cut'] as const)(
    '[safe-retries] %s: with an Idempotency-Key a POST is retried with the same key, and creates one user',
    async (fault) => {
      const target = `/users?test=${harness.unique()}`
      const before = total()
      server.now.faults.add({ fault, ...(fault === 'cut' && { afterBytes: 9 }), match: target, count: 2 })
      const users = look<User>(server.now.url + target, {
        method: 'POST',
        enabled: false,
        idempotencyKey: true,
      })
      const given = person(harness)
      await expect(users.client.execute({ json: given })).resolves.toMatchObject(given)
      expect(total()).toBe(before + 1)
      expect(users.retries.map(({ attempt }) => attempt)).toEqual([1, 2])
      expect(outcomesOf(server.now, target)).toEqual([fault, fault, 'accepted'])
      // Another request has another key.
      const other = person(harness)
      await expect(users.client.execute({ json: other })).resolves.toMatchObject(other)
      expect(total()).toBe(before + 2)
    },
  )

  test('[safe-retries] a connection that is reset before the server has done anything: retried in the same way', async () => {
    const target = `/users?test=${harness.unique()}`
    const before = total()
    server.now.faults.add({ fault: 'reset', match: target })
    const users = client<User>(server.now.url + target, { method: 'POST', idempotencyKey: true })
    await expect(users.execute({ json: person(harness) })).resolves.toMatchObject({ version: 1 })
    expect([total(), outcomesOf(server.now, target)]).toEqual([before + 1, ['reset', 'accepted']])
  })

  test('[safe-retries] without a key a POST is not retried, because the server may have run it', async () => {
    const target = `/users?test=${harness.unique()}`
    const before = total()
    server.now.faults.add({ fault: 'lose', match: target })
    const users = look<User>(server.now.url + target, { method: 'POST', enabled: false })
    await expect(users.client.execute({ json: person(harness) })).rejects.toMatchObject({
      code: 'connect-failed',
    })
    expect(total()).toBe(before + 1)
    expect(users.client.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'connect-failed' } })
    expect([users.retries, outcomesOf(server.now, target)]).toEqual([[], ['lose']])
  })

  test.each(['PUT', 'DELETE'] as const)(
    '[safe-retries] %s is retried, because it is idempotent',
    async (method) => {
      const { user, path } = await newUser(harness)
      const target = `${path}?test=${harness.unique()}`
      server.now.faults.add({ fault: 'lose', match: target, count: 1 })
      const write = client(server.now.url + target, { method })
      const promise = write.execute(method === 'PUT' ? { json: { ...user, city: 'Put' } } : {})
      // The first request has deleted the user, so that the second response is 404.
      if (method === 'DELETE') await expect(promise).rejects.toMatchObject({ status: 404 })
      else await expect(promise).resolves.toMatchObject({ city: 'Put' })
      expect(outcomesOf(server.now, target)).toEqual(['lose', method === 'PUT' ? 'accepted' : 'refused'])
    },
  )

  test('[safe-retries] a GET over a connection that breaks again and again arrives complete in the end', async () => {
    const target = `/documents/500000?test=${harness.unique()}`
    for (const fault of ['lose', 'reset', 'cut', 'lose', 'cut', 'reset'] as const)
      server.now.faults.add({ fault, ...(fault === 'cut' && { afterBytes: 250_000 }), match: target })
    const request = await fetchOnce<readonly object[]>(server.now.url + target, {
      retry: { delay: () => 0, limit: 6 },
    })
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', attempt: 0 })
    expect(request.retries.map(({ error }) => (error as { code?: string } | undefined)?.code)).toEqual([
      'connect-failed',
      'connect-failed',
      'closed',
      'connect-failed',
      'closed',
      'connect-failed',
    ])
    expect(outcomesOf(server.now, target)).toHaveLength(7)
    expect(request.messages).toHaveLength(1)
  })
})

describe('a body from a function that returns a stream', () => {
  const bytes = bytesOf(1_000_000)
  const streamOf = () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 10_000) controller.enqueue(bytes.subarray(at, at + 10_000))
        controller.close()
      },
    })

  test('[request-bodies] arrives unchanged, and the function is called again for each attempt', async () => {
    const target = `/uploads?test=${harness.unique()}`
    server.now.faults.add({ fault: 'refuse', match: target, count: 1 })
    server.now.faults.add({ fault: 'lose', match: target, count: 1 })
    let made = 0
    const upload = client<Receipt>(server.now.url + target, {
      method: 'PUT',
      body: () => {
        made += 1
        return streamOf()
      },
    })
    const receipt = await upload.execute()
    expect(receipt).toMatchObject({ bytes: bytes.length, sha256: await sha256Of(bytes) })
    expect(made).toBe(3)
    expect(outcomesOf(server.now, target)).toEqual(['refuse', 'lose', 'accepted'])
  })

  test('[request-bodies] a stream that fails in the middle is an error', async () => {
    const target = `/uploads?test=${harness.unique()}`
    const upload = client<Receipt>(server.now.url + target, {
      method: 'PUT',
      retry: false,
      body: () =>
        new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(bytes.subarray(0, 1000)),
          pull: (controller) => controller.error(new Error('The file has gone')),
        }),
    })
    await expect(upload.execute()).rejects.toMatchObject({ code: 'connect-failed' })
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(0))
  })
})

describe('a server that limits its rate', () => {
  test.each(['', '&date=1'])(
    '[retry-after] after 429 the request is retried when Retry-After is over, and succeeds%s',
    async (form) => {
      const target = `/limited?limit=3&window=1000&client=${harness.unique()}${form}`
      const all = [1, 2, 3, 4, 5].map((number) =>
        look<{ remaining: number }>(`${server.now.url}${target}&number=${number}`, {
          retry: { delay: () => 0 },
        }),
      )
      await Promise.all(all.map((request) => request.until(isOver)))
      for (const { client, retries } of all) {
        expect(client.getSnapshot().status).toBe('success')
        // A retry that is too early would fail again.
        expect(retries.length).toBeLessThanOrEqual(1)
      }
      const responseEvents = happenedTo(target).filter(({ type }) => type === 'answered')
      expect(responseEvents.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429, 200, 200])
    },
  )

  test('[retry-after] a Retry-After longer than the allowed maximum is an error that gives the reason', async () => {
    const target = `/limited?limit=0&window=60000&client=${harness.unique()}`
    const request = await fetchOnce(server.now.url + target, { retry: { limit: 0 } })
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'error',
      error: { code: 'http', status: 429, retryAfter: 60_000, problem: { code: 'rate-limited' } },
    })
  })
})
