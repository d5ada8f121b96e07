import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { json } from '@tautline/core'
import type { User } from '@tautline/demo-server'
import {
  fetchOnce,
  changeElsewhere,
  client,
  countsOf,
  look,
  newUser,
  person,
} from '../../support/fetch/requests.ts'
import { until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

interface List {
  readonly items: readonly User[]
  readonly total: number
  readonly next: string | null
}

/** Writes to a collection and its members, as an application sends them. */
export function fetchUsers(harness: EnvironmentHarness): void {
  describe('users', () => {
    written(harness)
    refused(harness)
    atOnce(harness)
    listed(harness)
  })
}

function written(harness: EnvironmentHarness): void {
  test('[safe-retries] a user is created, read, replaced, patched and deleted', async () => {
    const given = person(harness)
    const users = client<User>(`${harness.url}/users`, { method: 'POST' })
    const made = await users.execute({ json: given })
    expect(made).toMatchObject({ ...given, city: null, version: 1 })
    expect(users.getSnapshot()).toMatchObject({ status: 'success', response: { status: 201 } })
    expect(users.getSnapshot().response?.headers.get('location')).toBe(`/users/${made.id}`)

    const url = `${harness.url}/users/${made.id}`
    const one = await fetchOnce<User>(url)
    expect(one.client.getSnapshot().data).toEqual(made)
    const put = await one.client.execute({ method: 'PUT', json: { ...made, name: 'Put' } })
    expect(put).toMatchObject({ id: made.id, name: 'Put', version: 2 })
    const patch = await client<User>(url).execute({
      method: 'PATCH',
      headers: { 'Content-Type': 'application/merge-patch+json' },
      json: { city: 'Patched' },
    })
    expect(patch).toMatchObject({ name: 'Put', city: 'Patched', version: 3 })
    const removal = client<undefined>(url, { method: 'DELETE' })
    await expect(removal.execute()).resolves.toBe(undefined)
    expect(removal.getSnapshot()).toMatchObject({ status: 'success', response: { status: 204 } })
    const gone = await fetchOnce<User>(`${url}?test=${harness.unique()}`)
    expect(gone.client.getSnapshot()).toMatchObject({ status: 'error', error: { status: 404 } })
  })

  test('[cache-invalidation] after PUT, PATCH and a write with invalidate, components that show the user get the new state', async () => {
    const { target, path } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target)
    const list = await fetchOnce<List>(`${harness.url}/users?sort=-id&limit=1&test=${harness.unique()}`)
    const write = client<User>(harness.url + path, { method: 'PATCH', invalidates: [`${harness.url}/users`] })
    await write.execute({ json: { city: 'First' } })
    await request.until(({ data }) => data?.city === 'First')
    await list.until(({ data }) => data?.items[0]?.city === 'First')
    await write.execute({ json: { city: 'Second' } })
    await request.until(({ data }) => data?.city === 'Second')
    await list.until(({ data }) => data?.items[0]?.city === 'Second')
    expect(request.statuses).toEqual(['idle', 'pending', 'success'])
    expect(await countsOf(harness, target)).toMatchObject({ requests: 3 })
  })

  test('[cache-invalidation] a POST makes the list at its URL stale', async () => {
    const list = await fetchOnce<List>(`${harness.url}/users?sort=-id&limit=1&test=${harness.unique()}`)
    const made = await client<User>(`${harness.url}/users`, { method: 'POST' }).execute({
      json: person(harness),
    })
    await list.until(({ data }) => data?.items[0]?.id === made.id)
    expect(list.errors).toEqual([])
  })

  test('[safe-retries] each execute of a write sends its own request', async () => {
    const { path, target } = await newUser(harness)
    const write = client<User>(`${harness.url}${target}`, { method: 'PATCH' })
    const cities = ['One', 'Two', 'Three']
    const responses = await Promise.all(cities.map((city) => write.execute({ json: { city } })))
    expect(responses.map(({ city }) => city)).toEqual(cities)
    expect(new Set(responses.map(({ version }) => version))).toEqual(new Set([2, 3, 4]))
    expect(await countsOf(harness, `${path}?`, 'PATCH')).toMatchObject({ requests: 3, aborted: 0 })
  })
}

function refused(harness: EnvironmentHarness): void {
  test('[fetch-errors] If-Match with an outdated version fails with 412, and the error has the current state', async () => {
    const { path, target } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target)
    const etag = request.client.getSnapshot().response?.headers.get('etag') ?? ''
    const write = client<User>(harness.url + path, { method: 'PATCH', headers: { 'If-Match': etag } })
    await expect(write.execute({ json: { city: 'First' } })).resolves.toMatchObject({ city: 'First' })
    await expect(write.execute({ json: { city: 'Late' } })).rejects.toMatchObject({
      code: 'http',
      status: 412,
      problem: { code: 'changed' },
    })
    const { error, data } = write.getSnapshot()
    const { headers } = error as { headers?: Headers }
    expect(data).toBe(undefined)
    await request.until(({ data }) => data?.city === 'First')
    expect(headers?.get('etag')).toBe(request.client.getSnapshot().response?.headers.get('etag'))
    await write.execute({ json: { city: 'Right' }, headers: { 'If-Match': headers?.get('etag') ?? '' } })
    await request.until(({ data }) => data?.city === 'Right')
  })

  test('[fetch-errors] 422: the error has every problem+json detail, and the request is not retried', async () => {
    const users = look<User>(`${harness.url}/users`, { method: 'POST', enabled: false, idempotencyKey: true })
    const before = await countsOf(harness, '/users', 'POST')
    const given = { name: '', email: 'nobody', role: 'root' }
    await expect(users.client.execute({ json: given })).rejects.toMatchObject({
      name: 'TautlineError',
      code: 'http',
      message: 'The server responded with 422',
      status: 422,
      problem: {
        title: 'invalid',
        status: 422,
        errors: [{ field: 'name' }, { field: 'email' }, { field: 'role' }],
      },
    })
    const { error, status } = users.client.getSnapshot()
    expect(status).toBe('error')
    const { body, problem, headers } = error as Error & { body: unknown; problem: unknown; headers: Headers }
    expect(body).toBe(problem)
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(users.errors).toEqual([error])
    expect((await countsOf(harness, '/users', 'POST')).requests).toBe(before.requests + 1)
  })

  test('[fetch-errors] 409 for an email address that is taken; the corrected form is sent again', async () => {
    const { user } = await newUser(harness)
    const form = look<User>(`${harness.url}/users`, { method: 'POST', enabled: false })
    await expect(
      form.client.execute({ json: { ...person(harness), email: user.email } }),
    ).rejects.toMatchObject({
      status: 409,
      problem: { code: 'conflict', field: 'email' },
    })
    expect(form.client.getSnapshot()).toMatchObject({ status: 'error', data: undefined })
    const given = person(harness)
    await expect(form.client.execute({ json: given })).resolves.toMatchObject(given)
    expect(form.client.getSnapshot()).toMatchObject({ status: 'success', error: undefined, data: given })
    expect(form.statuses).toEqual(['idle', 'pending', 'error', 'pending', 'success'])
  })
}

function atOnce(harness: EnvironmentHarness): void {
  test('[mutate] an optimistic change is shown at once, and stays when the server accepts it', async () => {
    const { target, path } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target)
    const other = await fetchOnce<User>(harness.url + target)
    const write = client<User>(harness.url + path, { method: 'PATCH' })
    const rollback = write.execute({ json: { city: 'Wished' } })
    request.client.mutate((user) => ({ ...user, city: 'Wished' }) as User, { rollback })
    expect(request.client.getSnapshot().data).toMatchObject({ city: 'Wished', version: 1 })
    expect(other.client.getSnapshot().data).toBe(request.client.getSnapshot().data)
    await rollback
    await request.until(({ data }) => data?.version === 2)
    expect(request.shown.slice(-1)[0]?.data).toMatchObject({ city: 'Wished' })
    const cities = request.shown.flatMap(({ data }) => (data ? [data.city] : []))
    expect(new Set(cities.slice(cities.indexOf('Wished')))).toEqual(new Set(['Wished']))
  })

  test('[mutate] an optimistic change that the server rejects is rolled back; responses that arrived meanwhile are shown then', async () => {
    const { target, path, user } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target)
    const write = client<User>(harness.url + path, { method: 'PATCH' })
    await harness.addFault({ fault: 'refuse', status: 422, ms: 1000, match: path })
    const rollback = write.execute({ json: { role: 'root' } })
    request.client.mutate((user) => ({ ...user, role: 'root' }) as unknown as User, { rollback })
    expect(request.client.getSnapshot().data).toMatchObject({ role: 'root' })
    await until(async () => expect(await countsOf(harness, path, 'PATCH')).toMatchObject({ requests: 1 }))
    await changeElsewhere(harness, `${path}?test=elsewhere`, { city: 'Elsewhere' })
    await request.client.refetch()
    expect(request.client.getSnapshot().data).toMatchObject({ role: 'root', city: user.city })
    await expect(rollback).rejects.toMatchObject({ status: 422 })
    await request.until(({ data }) => data?.city === 'Elsewhere')
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'success',
      data: { role: user.role, city: 'Elsewhere' },
      error: undefined,
    })
  })

  test('[mutate] a request that was in flight during a mutation is sent again, because its response may be older', async () => {
    const { target, path } = await newUser(harness)
    const request = await fetchOnce<User>(harness.url + target)
    await harness.addFault({ fault: 'delay', ms: 5000, match: target })
    const refresh = request.client.refetch()
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    await changeElsewhere(harness, path, { city: 'Written' })
    request.client.mutate((user) => ({ ...user, city: 'Written' }) as User)
    await expect(refresh).resolves.toMatchObject({ city: 'Written' })
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ requests: 3, aborted: 1 }),
    )
    const cities = request.shown.flatMap(({ data }) => (data ? [data.city] : []))
    expect([...new Set(cities)]).toEqual([null, 'Written'])
  })
}

function listed(harness: EnvironmentHarness): void {
  test('[url-change] the query is part of the URL: follows a cursor to the last page, and reads no user twice', async () => {
    const { target } = await newUser(harness)
    const word = new URL(target, harness.url).searchParams.get('test') ?? ''
    for (let number = 1; number <= 6; number++)
      await client<User>(`${harness.url}/users`, { method: 'POST' }).execute({
        json: { ...person(harness), name: `${word} ${number}` },
      })
    const list = client<List>(`${harness.url}/users`)
    const seen: string[] = []
    let after: string | null | undefined
    while (after !== null) {
      const query = { q: word, sort: 'name', limit: 4, after, page: undefined }
      const { items, next }: List = await list.execute({ query })
      seen.push(...items.map(({ name }) => name))
      after = next
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((number) => `${word} ${number}`))
  })

  test('[decoding] a schema validates the response; the error has the issues and the body', async () => {
    const { target, user } = await newUser(harness)
    const Fitting = z.object({ id: z.number(), name: z.string() })
    const fits = await fetchOnce<{ id: number }>(harness.url + target, { codec: json(Fitting) })
    expect(fits.client.getSnapshot().data).toEqual({ id: user.id, name: user.name })
    const Other = z.object({ id: z.string(), salary: z.number() })
    const other = await fetchOnce(harness.url + target, { codec: json(Other) })
    expect(other.client.getSnapshot()).toMatchObject({
      status: 'error',
      data: undefined,
      error: { code: 'decode', issues: [{ path: ['id'] }, { path: ['salary'] }] },
    })
    expect(fits.client.getSnapshot()).toMatchObject({ status: 'success', data: { id: user.id } })
  })
}
