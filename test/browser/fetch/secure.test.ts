import { describe, expect, test } from 'vitest'
import { createFetch, uploadProgress } from '@tautline/core'
import type { User } from '@tautline/demo-server'
import {
  type Receipt,
  fetchOnce,
  bytesOf,
  client,
  countsOf,
  eager,
  isOver,
  look,
  newUser,
  sha256Of,
} from '../../server/support/fetch/requests.ts'
import { until } from '../../server/support/event-source/stream.ts'
import type { FetchDriver } from '../support/fetch/driver.ts'
import { react, strictReact } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { secureUrl, harness } from '../support/environments.ts'

/** Returns the HTTP version of the requests for this target. */
const versionsOf = async (target: string) =>
  (await harness.state()).attempts
    .filter((attempt) => attempt.target.startsWith(target))
    .map(({ httpVersion }) => httpVersion)

describe.each<FetchDriver>([react, strictReact, vue])('HTTP/2, in $name', ({ mount }) => {
  test('[request-dedupe] [cache-validation] sends one request for all components, and validates it by a 304 later', async () => {
    const { target, user } = await newUser(harness)
    const all = Array.from({ length: 5 }, () => mount<User>(secureUrl + target, eager))
    await until(() => {
      for (const { shown } of all) expect(shown).toMatchObject({ status: 'success', data: user })
    })
    const [first] = all
    const { data } = first?.shown ?? {}
    await expect(first?.commands.refetch()).resolves.toBe(data)
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2, notModified: 1 })
    expect(await versionsOf(target)).toEqual(['2.0', '2.0'])
  })

  test('[progress] upload progress grows over HTTP/2 too', async () => {
    const part = bytesOf(2_000_000)
    const target = `/uploads?rate=12000000&test=${harness.unique()}`
    const form = mount<Receipt>(
      secureUrl + target,
      { method: 'PUT', enabled: false, upload: uploadProgress() },
      ['progress'],
    )
    const body = new Blob(Array.from({ length: 6 }, () => part))
    await expect(form.commands.execute({ body })).resolves.toMatchObject({ bytes: 12_000_000 })
    await until(() => expect(form.shown.status).toBe('success'))
    const sent = form.history.map(({ progress }) => progress?.sent ?? 0)
    expect(sent).toEqual(sent.toSorted((one, other) => one - other))
    expect(new Set(sent).size).toBeGreaterThan(4)
    expect(form.shown.progress?.sent).toBe(12_000_000)
    expect(await versionsOf(target)).toEqual(['2.0'])
  })
})

describe('HTTP/2', () => {
  test('[abort] thirty requests are in flight over one connection; aborting one does not affect the others', async () => {
    const word = `/documents/1000?test=${harness.unique()}`
    await harness.addFault({ fault: 'delay', ms: 10_000, match: `${word}&number=30` })
    await harness.addFault({ fault: 'delay', ms: 3000, match: word, count: 29 })
    const all = Array.from({ length: 30 }, (_, index) => look(`${secureUrl}${word}&number=${30 - index}`))
    await until(async () => expect((await countsOf(harness, word)).inFlight).toBe(30))
    all[0]?.client.abort()
    await Promise.all(all.slice(1).map((request) => request.until(isOver)))
    for (const { client } of all.slice(1)) expect(client.getSnapshot().status).toBe('success')
    expect(all[0]?.client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined })
    await until(async () =>
      expect(await countsOf(harness, word)).toMatchObject({ requests: 30, aborted: 1, inFlight: 0 }),
    )
  })

  test('[fetch-errors] [safe-retries] a stream that is reset before its response, and one that is cut in its response, are retried', async () => {
    const target = `/documents/5000?test=${harness.unique()}`
    await harness.addFault({ fault: 'cut', afterBytes: 100, match: target, count: 2 })
    const request = await fetchOnce<readonly object[]>(secureUrl + target)
    expect(request.client.getSnapshot().status).toBe('success')
    expect(request.retries.map(({ error }) => error)).toMatchObject([{ code: 'closed' }, { code: 'closed' }])
    const reset = `/documents/5000?test=${harness.unique()}`
    await harness.addFault({ fault: 'reset', match: reset, count: 2 })
    const again = await fetchOnce<readonly object[]>(secureUrl + reset)
    expect(again.client.getSnapshot().status).toBe('success')
    expect(await harness.outcomesOf(reset)).toEqual(['reset', 'reset', 'accepted'])
  })

  test('[fetch-errors] a response of 1 GiB is aborted at maxBodyBytes, together with its stream', async () => {
    const target = `/endless?type=binary&test=${harness.unique()}`
    const request = await fetchOnce(secureUrl + target, { maxBodyBytes: 1_000_000 })
    expect(request.client.getSnapshot().error).toMatchObject({ code: 'too-large' })
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
    await expect(
      client(`${secureUrl}/documents/100?test=${harness.unique()}`).execute(),
    ).resolves.toBeDefined()
  })

  test('[request-bodies] a body that a function returns as a stream is sent as it is produced, and arrives unchanged; a retry calls the function again', async () => {
    const bytes = bytesOf(1_000_000)
    const target = `/uploads?test=${harness.unique()}`
    await harness.addFault({ fault: 'refuse', match: target })
    let made = 0
    const upload = createFetch<Receipt>(secureUrl + target, {
      ...eager,
      method: 'PUT',
      body() {
        made += 1
        return new Blob([bytes]).stream()
      },
    })
    await expect(upload.execute()).resolves.toMatchObject({
      bytes: bytes.length,
      sha256: await sha256Of(bytes),
    })
    expect([made, await harness.outcomesOf(target)]).toEqual([2, ['refuse', 'accepted']])
  })

  test('[request-bodies] over HTTP/1.1 the browser sends no stream: an error, but not a CORS error', async () => {
    const target = `/uploads?test=${harness.unique()}`
    const upload = createFetch<Receipt>(harness.url + target, {
      method: 'PUT',
      retry: false,
      body: () => new Blob(['knots']).stream(),
    })
    await expect(upload.execute()).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringContaining('Send a Blob') as string,
    })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 0 })
  })
})
