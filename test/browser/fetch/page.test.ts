import { describe, expect, inject, test } from 'vitest'
import type { User } from '@tautline/demo-server'
import { changeElsewhere, countsOf, eager, newUser } from '../../server/support/fetch/requests.ts'
import { until } from '../../server/support/event-source/stream.ts'
import type { FetchDriver } from '../support/fetch/driver.ts'
import { react, strictReact } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { remoteUrl } from '../support/demo-server.ts'
import { harness } from '../support/environments.ts'

const { deafUrl, nobodyUrl } = inject('strangers')

const freeze = () => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
const resume = () => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))

describe.each<FetchDriver>([react, strictReact, vue])('$name', ({ mount }) => {
  test('[fetch-errors] a response without CORS headers is distinguished from a network failure', async () => {
    const retry = { delay: () => 5, limit: 1 }
    const deaf = mount(`${deafUrl}/?test=${harness.unique()}`, { retry })
    const nobody = mount(`${nobodyUrl}/?test=${harness.unique()}`, { retry })
    await until(() => expect([deaf.shown.status, nobody.shown.status]).toEqual(['error', 'error']))
    expect(deaf.shown.error).toMatchObject({
      name: 'TautlineError',
      code: 'cors',
      origin: deafUrl,
      cause: { code: 'connect-failed' },
    })
    expect(nobody.shown.error).toMatchObject({ code: 'connect-failed' })
  })

  test('[fetch-errors] a header that CORS does not allow is reported as a CORS error too, and the request is never sent', async () => {
    const target = `/documents/100?cors=strict&test=${harness.unique()}`
    const mounted = mount(harness.url + target, { retry: false, headers: { 'Last-Event-ID': '1' } })
    await until(() => expect(mounted.shown.status).toBe('error'))
    expect(mounted.shown.error).toMatchObject({ code: 'cors', origin: harness.url })
    // This one is the probe that found the cause.
    expect(await countsOf(harness, target, 'GET')).toMatchObject({ requests: 0 })
  })

  test('[cache-validation] a server that does not allow If-None-Match gets the request again without it', async () => {
    const mounted = mount(`${deafUrl}/open?test=${harness.unique()}`, eager, ['attempt', 'response'])
    await until(() => expect(mounted.shown.status).toBe('success'))
    expect(mounted.shown.response?.headers.get('etag')).toBe('"1"')
    const { data } = mounted.shown
    await expect(mounted.commands.refetch()).resolves.toBe(data)
    await until(() =>
      expect(mounted.shown).toMatchObject({ status: 'success', error: undefined, attempt: 0 }),
    )
  })

  test('[fetch-errors] a reset connection is not reported as a CORS error', async () => {
    const { target } = await newUser(harness)
    await harness.addProxyRule({ fault: 'reset', match: target.split('?')[0] ?? '', count: 'always' })
    const mounted = mount<User>(harness.proxyUrl + target, { retry: false })
    await until(() => expect(mounted.shown.status).toBe('error'))
    expect(mounted.shown.error).toMatchObject({ code: 'connect-failed' })
  })

  test('[offline] sends no request while offline, and one when the network is back', async () => {
    const { target } = await newUser(harness)
    await harness.addFault({ fault: 'refuse', retryAfter: 60, match: target })
    const retry = { delay: () => 5 }
    const mounted = mount<User>(remoteUrl + target, { retry }, ['waitingFor'])
    await until(() => expect(mounted.shown.waitingFor).toBe('timer'))
    dispatchEvent(new Event('offline'))
    await until(() => expect(mounted.shown.waitingFor).toBe('online'))

    const { target: other } = await newUser(harness)
    const late = mount<User>(remoteUrl + other, { retry }, ['waitingFor', 'isFetching'])
    await until(() => expect(late.shown).toMatchObject({ waitingFor: 'online', isFetching: true }))
    expect(await countsOf(harness, other)).toMatchObject({ requests: 0 })

    dispatchEvent(new Event('online'))
    await until(() => expect(late.shown).toMatchObject({ status: 'success', isFetching: false }))
    expect(await countsOf(harness, other)).toMatchObject({ requests: 1 })
    // The server asked to wait for a minute, and being online does not shorten that.
    expect(mounted.shown).toMatchObject({ status: 'pending', waitingFor: 'timer' })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test('[offline] a request that is in flight when the network goes offline continues', async () => {
    const { target, user } = await newUser(harness, '&delay=300')
    const mounted = mount<User>(harness.url + target, eager)
    await until(async () => expect((await countsOf(harness, target)).requests).toBe(1))
    dispatchEvent(new Event('offline'))
    await until(() => expect(mounted.shown).toMatchObject({ status: 'success', data: user }))
    dispatchEvent(new Event('online'))
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1, aborted: 0 })
  })

  test('[bfcache] a page in the back/forward cache has no request, and sends one when the page is restored', async () => {
    const { target, user } = await newUser(harness)
    await harness.addFault({ fault: 'stall', match: target })
    const mounted = mount<User>(harness.url + target, eager, ['waitingFor'])
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    freeze()
    await until(() => expect(mounted.shown).toMatchObject({ status: 'pending', waitingFor: 'page' }))
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
    resume()
    await until(() => expect(mounted.shown).toMatchObject({ status: 'success', data: user }))
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
    expect(mounted.statuses).toEqual(['pending', 'success'])
  })

  test('[page-events] [safe-retries] a POST that is in flight then is left to the browser, and not sent twice', async () => {
    const target = `/uploads?delay=300&test=${harness.unique()}`
    const form = mount<{ bytes: number }>(harness.url + target, { method: 'POST', enabled: false })
    const promise = form.commands.execute({ body: 'knots' })
    await until(async () => expect((await countsOf(harness, target)).requests).toBe(1))
    freeze()
    resume()
    await expect(promise).resolves.toMatchObject({ bytes: 5 })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1, aborted: 0 })
  })

  test('[refetch] refetchOnReconnect refetches a stale response when the network is back', async () => {
    const { target, path } = await newUser(harness)
    const { target: fresh } = await newUser(harness, '&cache=max-age%3D600')
    const options = { ...eager, refetchOnReconnect: true }
    const mounted = mount<User>(harness.url + target, options)
    const cached = mount<User>(harness.url + fresh, options)
    const silent = mount<User>(harness.url + (await newUser(harness)).target, eager)
    await until(() =>
      expect([mounted, cached, silent].map(({ shown }) => shown.status)).toEqual([
        'success',
        'success',
        'success',
      ]),
    )
    await changeElsewhere(harness, path, { city: 'Elsewhere' })
    // Network events come in groups: those within a second of the last response are ignored.
    await until(() => {
      dispatchEvent(new Event('offline'))
      dispatchEvent(new Event('online'))
      expect(mounted.shown.data?.city).toBe('Elsewhere')
    })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
    expect(await countsOf(harness, fresh)).toMatchObject({ requests: 1 })
  })

  test('[refetch] refetchOnFocus refetches when the page becomes visible again', async () => {
    const { target, path } = await newUser(harness)
    const mounted = mount<User>(harness.url + target, { ...eager, refetchOnFocus: true })
    await until(() => expect(mounted.shown.status).toBe('success'))
    await changeElsewhere(harness, path, { city: 'Elsewhere' })
    await until(() => {
      // The page stays visible, and the event fires once more.
      document.dispatchEvent(new Event('visibilitychange'))
      expect(mounted.shown.data?.city).toBe('Elsewhere')
    })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  })
})
