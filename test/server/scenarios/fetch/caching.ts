import { describe, expect, test } from 'vitest'
import { json } from '@tautline/core'
import type { User } from '@tautline/demo-server'
import {
  fetchOnce,
  changeElsewhere,
  client,
  countsOf,
  isOver,
  look,
  newUser,
} from '../../support/fetch/requests.ts'
import { until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

/** Cached responses, and how long HTTP allows to use them. */
export function fetchCaching(harness: EnvironmentHarness): void {
  describe('cached responses', () => {
    validated(harness)
    fresh(harness)
    stale(harness)
    shared(harness)
    newest(harness)
  })
}

/** JSON that counts how often it is decoded. */
function counted() {
  const plain = json<User>()
  const count = { reads: 0 }
  const codec = {
    decode(raw: Parameters<typeof plain.decode>[0]) {
      count.reads += 1
      return plain.decode(raw)
    },
  }
  return { codec, count }
}

function validated(harness: EnvironmentHarness): void {
  test('[cache-users] after a 304 the data is the same object, is not decoded again, and only the head is new', async () => {
    const { target, user } = await newUser(harness)
    const { codec, count } = counted()
    const request = await fetchOnce<User>(harness.url + target, { codec })
    const { data, response } = request.client.getSnapshot()
    expect(data).toEqual(user)
    expect(response).toMatchObject({ status: 200, url: harness.url + target })
    expect(response?.headers.get('etag')).toMatch(/^"/)

    await expect(request.client.refetch()).resolves.toBe(data)
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', isFetching: false })
    expect(request.client.getSnapshot().data).toBe(data)
    expect(request.client.getSnapshot().response).toMatchObject({ status: 200, url: harness.url + target })
    expect([count.reads, request.messages]).toEqual([1, [data]])
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2, conditional: 1, notModified: 1 })
  })

  test('[cache-validation] a changed response is decoded, and its unchanged parts stay the same objects', async () => {
    const { target } = await newUser(harness)
    const match = encodeURIComponent(target)
    const request = await fetchOnce<{ items: User[] }>(`${harness.url}/users?limit=3&sort=id&test=${match}`)
    const before = request.client.getSnapshot().data?.items ?? []
    const [first] = before
    await changeElsewhere(harness, `/users/${first?.id}`, { city: harness.unique() })
    await request.client.refetch()
    const after = request.client.getSnapshot().data?.items ?? []
    expect(after).toHaveLength(3)
    expect(after[0]).toMatchObject({ id: first?.id, version: (first?.version ?? 0) + 1 })
    expect(after[0]).not.toBe(first)
    expect([after[1], after[2]]).toEqual([before[1], before[2]])
    expect(after[1]).toBe(before[1])
    expect(after[2]).toBe(before[2])
    expect(request.messages).toHaveLength(2)
  })

  test('[cache-validation] no-cache: a later subscriber sees the old object during and after the validation', async () => {
    const { target } = await newUser(harness, '&cache=no-cache')
    const first = await fetchOnce<User>(harness.url + target)
    const { data } = first.client.getSnapshot()
    first.leave()
    const second = await fetchOnce<User>(harness.url + target)
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ requests: 2, conditional: 1, notModified: 1 }),
    )
    expect(second.shown.map(({ data }) => data)).toEqual(second.shown.map(() => data))
    expect(second.client.getSnapshot().data).toBe(data)
  })

  test('[no-store] no-store: a later subscriber sends an unconditional request', async () => {
    const { target } = await newUser(harness, '&cache=no-store')
    const first = await fetchOnce<User>(harness.url + target)
    first.leave()
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
    const second = await fetchOnce<User>(harness.url + target)
    expect(second.shown[0]).toMatchObject({ data: undefined })
    expect(second.client.getSnapshot().data).toEqual(first.client.getSnapshot().data)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2, conditional: 0 })
  })
}

function fresh(harness: EnvironmentHarness): void {
  test('[cache-fresh] a response that is fresh by max-age is shown at once, without a request', async () => {
    const { target, path } = await newUser(harness, '&cache=max-age%3D600')
    const first = await fetchOnce<User>(harness.url + target)
    const { data, staleAt } = first.client.getSnapshot()
    expect(staleAt).toBeGreaterThan(Date.now())
    first.leave()
    await changeElsewhere(harness, path, { city: 'Elsewhere' })
    const second = look<User>(harness.url + target)
    expect(second.statuses).toEqual(['success'])
    expect(second.client.getSnapshot().data).toBe(data)
    expect(second.client.getSnapshot().isFetching).toBe(false)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
    // An explicit refetch sends a request.
    await expect(second.client.refetch()).resolves.toMatchObject({ city: 'Elsewhere' })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  })

  test('[cache-invalidation] maxAge sets the freshness if the server does not; a write still makes the response stale', async () => {
    const { target, path } = await newUser(harness)
    const options = { maxAge: 600_000 }
    const request = await fetchOnce<User>(harness.url + target, options)
    const other = look<User>(harness.url + target, options)
    expect(other.statuses).toEqual(['success'])
    const write = client<User>(harness.url + path, { method: 'PATCH' })
    await write.execute({ json: { city: 'Written' } })
    await request.until(({ data }) => data?.city === 'Written')
    expect(other.client.getSnapshot().data).toBe(request.client.getSnapshot().data)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2, conditional: 1, notModified: 0 })
  })
}

function stale(harness: EnvironmentHarness): void {
  test('[stale-while-revalidate] stale-while-revalidate: shows the old response at once, and the new one when it arrives', async () => {
    const { target, path, user } = await newUser(
      harness,
      '&cache=max-age%3D0,%20stale-while-revalidate%3D600',
    )
    const first = await fetchOnce<User>(harness.url + target)
    first.leave()
    await changeElsewhere(harness, path, { city: 'Elsewhere' })
    const second = look<User>(harness.url + target)
    expect(second.client.getSnapshot()).toMatchObject({ status: 'success', data: user, isFetching: true })
    await second.until(({ data }) => data?.city === 'Elsewhere')
    expect(second.statuses).toEqual(['success'])
    await second.until(isOver)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2, conditional: 1, notModified: 0 })
  })

  test('[stale-if-error] stale-if-error: keeps the success status with the old response if a refetch fails, with the error beside it', async () => {
    const { target, user } = await newUser(harness, '&cache=max-age%3D0,%20stale-if-error%3D600')
    const request = await fetchOnce<User>(harness.url + target, { retry: false })
    await harness.addFault({ fault: 'refuse', match: target })
    await expect(request.client.refetch()).rejects.toMatchObject({ status: 503 })
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'success',
      data: user,
      error: { code: 'http', status: 503 },
    })
    await request.client.refetch()
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', error: undefined })
    expect(request.statuses).toEqual(['idle', 'pending', 'success'])
  })

  test('[stale-if-error] without stale-if-error a failed refetch shows the error, with the old data beside it', async () => {
    const { target, user } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target, { retry: false })
    await harness.addFault({ fault: 'refuse', match: target })
    await expect(request.client.refetch()).rejects.toMatchObject({ status: 503 })
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'error',
      data: user,
      error: { code: 'http' },
    })
    await request.client.refetch()
    expect(request.client.getSnapshot()).toMatchObject({ status: 'success', data: user, error: undefined })
  })

  test('[cache-vary] Vary: caches the response for each language separately', async () => {
    const target = `/vary?test=${harness.unique()}&cache=max-age%3D600`
    const greeting = async (language: string) => {
      const headers = { 'Accept-Language': language }
      const { client, leave } = await fetchOnce<{ greeting: string }>(harness.url + target, { headers })
      leave()
      return client.getSnapshot().data?.greeting
    }
    const first = [await greeting('de'), await greeting('fr')]
    expect(new Set(first).size).toBe(2)
    expect([await greeting('de'), await greeting('fr')]).toEqual(first)
    expect((await countsOf(harness, target)).requests).toBe(2)
  })

  test('[cache-vary] Vary: separates responses by headers from a function too, once the server has named them', async () => {
    const target = `/vary?test=${harness.unique()}&cache=max-age%3D600`
    const speaking = { language: 'de' }
    const headers = () => ({ 'Accept-Language': speaking.language })
    const request = async () => {
      const { client, leave } = await fetchOnce<{ language: string }>(harness.url + target, { headers })
      leave()
      return client.getSnapshot().data?.language
    }
    expect(await request()).toBe('de')
    speaking.language = 'fr'
    expect(await request()).toBe('fr')
    speaking.language = 'de'
    expect(await request()).toBe('de')
  })
}

function shared(harness: EnvironmentHarness): void {
  test('[request-dedupe] [sharing] fifty clients with equal requests send one request, and show the same object', async () => {
    const { target } = await newUser(harness)
    const all = Array.from({ length: 50 }, () => look<User>(harness.url + target))
    await Promise.all(all.map((request) => request.until(isOver)))
    const [first] = all
    for (const { client, messages } of all) {
      expect(client.getSnapshot().data).toBe(first?.client.getSnapshot().data)
      expect(messages).toHaveLength(1)
    }
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test('[share-frameworks] share: false sends a request for each client', async () => {
    const { target } = await newUser(harness)
    const all = [1, 2, 3].map(() => look<User>(harness.url + target, { share: false }))
    await Promise.all(all.map((request) => request.until(isOver)))
    expect(await countsOf(harness, target)).toMatchObject({ requests: 3 })
  })
}

function newest(harness: EnvironmentHarness): void {
  test('[request-dedupe] refetch aborts the older request, so that the slower response never overwrites the newer one', async () => {
    const { target, path } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target)
    await harness.addFault({ fault: 'delay', ms: 5000, match: target })
    const slow = request.client.refetch()
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    await changeElsewhere(harness, path, { city: 'Newer' })
    const quick = request.client.refetch()
    await expect(quick).resolves.toMatchObject({ city: 'Newer' })
    // Both promises resolve with the newest response.
    await expect(slow).resolves.toMatchObject({ city: 'Newer' })
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
    expect(request.messages.map(({ city }) => city)).toEqual([null, 'Newer'])
    expect(request.errors).toEqual([])
  })

  test('[abort] a client that unsubscribes aborts its request, unless another client waits for it too', async () => {
    const { target } = await newUser(harness, '&delay=200')
    const both = [look<User>(harness.url + target), look<User>(harness.url + target)]
    await until(async () => expect((await countsOf(harness, target)).requests).toBe(1))
    both[0]?.leave()
    await both[1]?.until(isOver)
    expect(both[1]?.client.getSnapshot().status).toBe('success')
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1, aborted: 0 })

    const { target: other } = await newUser(harness, '&delay=10000')
    const pair = [look<User>(harness.url + other), look<User>(harness.url + other)]
    await until(async () => expect((await countsOf(harness, other)).inFlight).toBe(1))
    for (const { leave } of pair) leave()
    await until(async () => expect(await countsOf(harness, other)).toMatchObject({ aborted: 1, inFlight: 0 }))
    for (const { errors, messages } of pair) expect([errors, messages]).toEqual([[], []])
  })
}
