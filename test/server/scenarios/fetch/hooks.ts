import { describe, expect, test } from 'vitest'
import type { User } from '@tautline/demo-server'
import type { FetchDriver, ShownFetch } from '../../../browser/support/fetch/driver.ts'
import { changeElsewhere, countsOf, eager, newUser } from '../../support/fetch/requests.ts'
import { until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

const isShown = ({ status, isFetching }: Partial<ShownFetch<unknown>>) => status === 'success' && !isFetching

/** Components on a page that send requests. */
export function fetchHooks(harness: EnvironmentHarness, drivers: readonly FetchDriver[]): void {
  describe.each(drivers)('$name', (driver) => {
    requesting(harness, driver)
    leaving(harness, driver)
    rendering(harness, driver)
    writing(harness, driver)
  })

  sharing(harness, drivers)
}

function requesting(harness: EnvironmentHarness, { mount }: FetchDriver): void {
  test('[unmount] [request-dedupe] sends one request, shows the response, and leaves no request behind', async () => {
    const { target, user } = await newUser(harness)
    const mounted = mount<User>(harness.url + target, eager)
    await until(() => expect(mounted.text).toBe(`success: ${JSON.stringify(user)}`))
    expect(mounted.statuses).toEqual(['pending', 'success'])
    mounted.unmount()
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ requests: 1, inFlight: 0 }),
    )
  })

  test('[no-url] null sends no request; a URL that is set later sends one, and null then shows no data again', async () => {
    const { target, user } = await newUser(harness)
    const mounted = mount<User>(null, eager)
    await until(() => expect(mounted.text).toBe('idle: nothing yet'))
    mounted.setUrl(harness.url + target)
    await until(() => expect(mounted.shown).toMatchObject({ status: 'success', data: user }))
    mounted.setUrl('')
    await until(() => expect(mounted.text).toBe('idle: nothing yet'))
    expect(mounted.statuses).toEqual(['idle', 'pending', 'success', 'idle'])
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test('[safe-retries] a failed request is retried, and the component can show the number of the attempt', async () => {
    const { target } = await newUser(harness)
    await harness.addFault({ fault: 'refuse', match: target, count: 2 })
    // Long enough for a render.
    const retry = { delay: () => 300 }
    const mounted = mount<User>(harness.url + target, { retry }, ['attempt', 'isFetching'])
    await until(() => expect(isShown(mounted.shown)).toBe(true))
    const attempts = mounted.history.map(({ attempt }) => attempt)
    expect([...new Set(attempts)]).toEqual([0, 1, 2])
    expect(mounted.statuses).toEqual(['pending', 'success'])
    expect(await harness.outcomesOf(target)).toEqual(['refuse', 'refuse', 'accepted'])
  })

  test('[fetch-errors] an error shows the server’s explanation, and disappears after a successful refetch', async () => {
    const mounted = mount<User>(`${harness.url}/users/0?test=${harness.unique()}`, eager)
    await until(() => expect(mounted.shown.status).toBe('error'))
    expect(mounted.shown.error).toMatchObject({
      code: 'http',
      status: 404,
      problem: { code: 'not-found', detail: 'There is no user 0' },
    })
    const { target, user } = await newUser(harness)
    mounted.setUrl(harness.url + target)
    await until(() =>
      expect(mounted.shown).toMatchObject({ status: 'success', data: user, error: undefined }),
    )
  })
}

function leaving(harness: EnvironmentHarness, { mount }: FetchDriver): void {
  test('[url-change] [request-dedupe] [abort] a new URL aborts the old request, and its response is never shown', async () => {
    const [first, second] = [await newUser(harness, '&delay=10000'), await newUser(harness)]
    const mounted = mount<User>(harness.url + first.target, eager)
    await until(async () => expect((await countsOf(harness, first.target)).inFlight).toBe(1))
    mounted.setUrl(harness.url + second.target)
    await until(() => expect(mounted.shown.data).toEqual(second.user))
    await until(async () =>
      expect(await countsOf(harness, first.target)).toMatchObject({ requests: 1, aborted: 1, inFlight: 0 }),
    )
    expect(mounted.history.flatMap(({ data }) => (data ? [data.id] : []))).not.toContain(first.user.id)
    expect(mounted.history.flatMap(({ error }) => error ?? [])).toEqual([])
    expect(await countsOf(harness, second.target)).toMatchObject({ requests: 1 })
  })

  test('[url-change] if the URL changes five times at once, only the last one is requested', async () => {
    const users = await Promise.all([1, 2, 3, 4, 5].map(() => newUser(harness)))
    const mounted = mount<User>(null, eager)
    for (const { target } of users) mounted.setUrl(harness.url + target)
    await until(() => expect(mounted.shown.data).toEqual(users[4]?.user))
    const counts = await Promise.all(users.map(({ target }) => countsOf(harness, target)))
    expect(counts.map(({ requests }) => requests)).toEqual([0, 0, 0, 0, 1])
  })

  test('[abort] unmounting aborts the request; an executed write continues', async () => {
    const { target, path, user } = await newUser(harness, '&delay=10000')
    const mounted = mount<User>(harness.url + target, eager)
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    mounted.unmount()
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )

    const write = `${path}?test=${harness.unique()}`
    const form = mount<User>(harness.url + write, { method: 'PATCH', enabled: false })
    await harness.addFault({ fault: 'delay', ms: 300, match: write })
    const promise = form.commands.execute({ json: { city: 'Written' } })
    await until(async () => expect((await countsOf(harness, write)).requests).toBe(1))
    form.unmount()
    await expect(promise).resolves.toMatchObject({ id: user.id, city: 'Written' })
    expect(await countsOf(harness, write)).toMatchObject({ requests: 1, aborted: 0 })
  })

  test('[unmount] [refetch] refetchInterval ends with the component', async () => {
    const { target } = await newUser(harness)
    const mounted = mount<User>(harness.url + target, { ...eager, refetchInterval: 20 })
    await until(async () => expect((await countsOf(harness, target)).requests).toBeGreaterThan(3))
    mounted.unmount()
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(0))
    const { requests } = await countsOf(harness, target)
    // Several intervals long.
    const other = await newUser(harness, '&delay=300')
    const slow = mount<User>(harness.url + other.target, eager)
    await until(() => expect(slow.shown.status).toBe('success'))
    expect((await countsOf(harness, target)).requests).toBe(requests)
  })
}

function rendering(harness: EnvironmentHarness, { mount }: FetchDriver): void {
  test('[cache-validation] a 304 causes no render, unless the component reads isFetching', async () => {
    const { target } = await newUser(harness, '&delay=100')
    const mounted = mount<User>(harness.url + target, eager)
    await until(() => expect(mounted.shown.status).toBe('success'))
    const { renders } = mounted
    const { data } = mounted.shown
    await mounted.commands.refetch()
    const watching = mount<User>(harness.url + target, eager, ['isFetching'])
    await until(() => expect(isShown(watching.shown)).toBe(true))
    const before = watching.renders
    await watching.commands.refetch()
    await until(() => expect(isShown(watching.shown)).toBe(true))
    const fetching = watching.history.slice(before).map(({ isFetching }) => isFetching)
    expect([...new Set(fetching)]).toEqual([true, false])
    expect(watching.history.every(({ data: shown }) => shown === undefined || shown === data)).toBe(true)
    expect(mounted.renders).toBe(renders)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 4, notModified: 3 })
  })

  test('[cache-fresh] a component that mounts later shows a fresh response in its first render', async () => {
    const { target, user } = await newUser(harness, '&cache=max-age%3D600')
    const first = mount<User>(harness.url + target, eager)
    await until(() => expect(first.shown.status).toBe('success'))
    first.unmount()
    await changeElsewhere(harness, `/users/${user.id}`, { city: 'Elsewhere' })
    const second = mount<User>(harness.url + target, eager, ['isFetching'])
    expect(second.history[0]).toMatchObject({ status: 'success', data: user, isFetching: false })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
    expect(second.statuses).toEqual(['success'])
  })

  test('[progress] download progress is rendered at most once per frame', async () => {
    const size = 1_000_000
    const target = `/documents/${size}?test=${harness.unique()}`
    await harness.addFault({ fault: 'slow', bytesPerSecond: 2_000_000, match: target })
    const mounted = mount<readonly object[]>(harness.url + target, eager, ['progress'])
    await until(() => expect(mounted.shown.status).toBe('success'))
    const received = mounted.history.map(({ progress }) => progress?.received ?? 0)
    expect(received).toEqual(received.toSorted((one, other) => one - other))
    expect(new Set(received).size).toBeGreaterThan(3)
    expect(mounted.shown.progress).toEqual({ sent: 0, received: size, total: size })
  })
}

function writing(harness: EnvironmentHarness, { mount }: FetchDriver): void {
  test('[mutate] an optimistic change is shown at once, and rolled back when the server rejects it', async () => {
    const { target, path, user } = await newUser(harness)
    const mounted = mount<User>(harness.url + target, eager)
    const form = mount<User>(harness.url + path, { method: 'PATCH', enabled: false })
    await until(() => expect(mounted.shown.data).toEqual(user))
    await harness.addFault({ fault: 'refuse', status: 409, ms: 500, match: path })
    const rollback = form.commands.execute({ json: { city: 'Wished' } })
    mounted.commands.mutate((data) => ({ ...(data ?? user), city: 'Wished' }), { rollback })
    await until(() => expect(mounted.shown.data?.city).toBe('Wished'))
    await expect(rollback).rejects.toMatchObject({ status: 409 })
    await until(() => expect(mounted.shown).toMatchObject({ status: 'success', data: user }))
    await until(() => expect(form.shown).toMatchObject({ status: 'error', error: { code: 'http' } }))
    expect(form.statuses).toEqual(['idle', 'pending', 'error'])
  })

  test('[safe-retries] [cache-invalidation] after a form has written a resource, another component shows the new state', async () => {
    const { target, path, user } = await newUser(harness)
    const mounted = mount<User>(harness.url + target, eager)
    const form = mount<User>(harness.url + path, { method: 'PUT', enabled: false })
    await until(() => expect(mounted.shown.data).toEqual(user))
    await form.commands.execute({ json: { ...user, city: 'Written' } })
    await until(() => expect(mounted.shown.data).toMatchObject({ city: 'Written', version: 2 }))
    await until(() => expect(form.text).toBe(`success: ${JSON.stringify(mounted.shown.data)}`))
    expect(mounted.statuses).toEqual(['pending', 'success'])
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  })
}

function sharing(harness: EnvironmentHarness, drivers: readonly FetchDriver[]): void {
  test('[request-dedupe] [sharing] [share-frameworks] thirty components, in React and in Vue, send one request and show the same object; the request ends with the last of them', async () => {
    const { target, user } = await newUser(harness)
    const all = Array.from({ length: 10 }, () =>
      drivers.map(({ mount }) => mount<User>(harness.url + target, eager)),
    ).flat()
    await until(() => {
      for (const { shown } of all) expect(shown).toMatchObject({ status: 'success', data: user })
    })
    expect(new Set(all.map(({ shown }) => shown.data)).size).toBe(1)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })

    await harness.addFault({ fault: 'stall', match: target })
    const [first, ...others] = all
    const refresh = first?.commands.refetch()
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    first?.unmount()
    await expect(refresh).rejects.toMatchObject({ code: 'aborted', by: 'component' })
    expect((await countsOf(harness, target)).inFlight).toBe(1)
    for (const other of others) other.unmount()
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
  })

  test('[share-frameworks] share: false sends a request for each component', async () => {
    const { target, user } = await newUser(harness)
    const all = drivers.map(({ mount }) => mount<User>(harness.url + target, { ...eager, share: false }))
    await until(() => {
      for (const { shown } of all) expect(shown).toMatchObject({ status: 'success', data: user })
    })
    expect(await countsOf(harness, target)).toMatchObject({ requests: drivers.length })
  })
}
