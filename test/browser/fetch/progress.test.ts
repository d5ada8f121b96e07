import { describe, expect, test } from 'vitest'
import { type Environment, browserEnvironment, createFetch, uploadProgress } from '@tautline/core'
import {
  type Receipt,
  bytesOf,
  countsOf,
  eager,
  sha256Of,
  transfersOf,
} from '../../server/support/fetch/requests.ts'
import { stopped, until } from '../../server/support/event-source/stream.ts'
import type { FetchDriver } from '../support/fetch/driver.ts'
import { usedHeap } from '../support/heap.ts'
import { react, strictReact } from '../support/fetch/react.tsx'
import { vue } from '../support/fetch/vue.ts'
import { stormHarness, harness } from '../support/environments.ts'

const upload = uploadProgress()
const newUpload = (query = '') => `/uploads?test=${harness.unique()}${query}`
const part = bytesOf(4_000_000)
const large = () => new Blob(Array.from({ length: 3 }, () => part))
const SIZE = 12_000_000

/** The numbers never decrease. */
function expectRising(values: readonly number[]): void {
  expect(values).toEqual(values.toSorted((one, other) => one - other))
}

/** The platform's functions, with a record of which one sent each request. */
function counting() {
  const { fetch, XMLHttpRequest } = browserEnvironment()
  if (!fetch || !XMLHttpRequest) throw new Error('A page has both')
  const made: string[] = []
  const environment: Partial<Environment> = {
    fetch(input, init) {
      made.push('fetch')
      return fetch(input, init)
    },
    XMLHttpRequest: class extends XMLHttpRequest {
      constructor() {
        super()
        made.push('XMLHttpRequest')
      }
    },
  }
  return { environment, made }
}

describe.each<FetchDriver>([react, strictReact, vue])('$name', ({ mount }) => {
  test('[progress] upload progress grows up to the size while a slow server reads, and the upload arrives complete', async () => {
    const target = newUpload('&rate=12000000')
    const form = mount<Receipt>(harness.url + target, { method: 'PUT', enabled: false, upload }, ['progress'])
    const receipt = await form.commands.execute({ body: large() })
    expect(receipt).toEqual({
      bytes: SIZE,
      sha256: await sha256Of(new Uint8Array(await large().arrayBuffer())),
      contentType: null,
    })
    await until(() => expect(form.shown.status).toBe('success'))
    const sent = form.history.map(({ progress }) => progress?.sent ?? 0)
    expectRising(sent)
    // One at the beginning, one at the end, and several between.
    expect(new Set(sent).size).toBeGreaterThan(4)
    expect(form.shown.progress).toMatchObject({ sent: SIZE })
    expect(form.statuses).toEqual(['idle', 'pending', 'success'])
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test('[abort] [progress] an upload that is aborted in the middle stops there, and ends at the server', async () => {
    const target = newUpload('&rate=4000000')
    const form = mount<Receipt>(harness.url + target, { method: 'PUT', enabled: false, upload }, ['progress'])
    const promise = form.commands.execute({ body: large() })
    await until(() => expect(form.shown.progress?.sent).toBeGreaterThan(0))
    form.commands.abort()
    await expect(promise).rejects.toMatchObject({ code: 'aborted', by: 'user' })
    await until(() => expect(form.shown).toMatchObject({ status: 'idle', error: undefined }))
    expect(form.shown.progress?.sent).toBeLessThan(SIZE)
    await until(async () =>
      expect(await transfersOf(harness, 'uploads', target)).toMatchObject([{ ended: 'abandoned' }]),
    )
    const [transfer] = await transfersOf(harness, 'uploads', target)
    expect(transfer?.bytes).toBeLessThan(SIZE)
  })

  test('[progress] XMLHttpRequest sends an upload with uploadProgress() whose progress a component reads, fetch any other', async () => {
    const blind = counting()
    const looking = counting()
    const plain = counting()
    const options = { method: 'PUT', enabled: false }
    const one = { ...options, upload, environment: blind.environment }
    const two = { ...options, upload, environment: looking.environment }
    const three = { ...options, environment: plain.environment }
    const forms = [
      mount<Receipt>(harness.url + newUpload(), one),
      mount<Receipt>(harness.url + newUpload(), two, ['progress']),
      mount<Receipt>(harness.url + newUpload(), three, ['progress']),
    ]
    const body = bytesOf(50_000)
    const sha256 = await sha256Of(body)
    for (const form of forms)
      await expect(form.commands.execute({ body })).resolves.toMatchObject({ bytes: 50_000, sha256 })
    expect([blind.made, looking.made, plain.made]).toEqual([['fetch'], ['XMLHttpRequest'], ['fetch']])
    await until(() => expect(forms[2]?.shown.progress?.received).toBeGreaterThan(0))
    expect(forms.map(({ shown }) => shown.progress?.sent)).toEqual([undefined, 50_000, 0])
  })
})

describe('by XMLHttpRequest', () => {
  const createUpload = (target: string, options: object = {}) =>
    createFetch<Receipt>(harness.url + target, { ...eager, method: 'PUT', body: part, upload, ...options })

  test('[fetch-errors] an error response gives the same error, with its headers and its body', async () => {
    const status = (code: number, query: string) => `/status/${code}?test=${harness.unique()}${query}`
    await expect(
      createUpload(status(422, '&type=application/problem%2Bjson&body=%7B%22title%22:%22No%22%7D')).execute(),
    ).rejects.toMatchObject({
      code: 'http',
      message: 'The server responded with 422',
      status: 422,
      problem: { title: 'No' },
      headers: expect.any(Headers) as Headers,
    })
    const made = createUpload(status(204, ''))
    await expect(made.execute()).resolves.toBe(undefined)
    expect(made.getSnapshot()).toMatchObject({ status: 'success', response: { status: 204 } })
    const limited = createUpload(status(503, '&header=Retry-After:0'), {
      retry: { limit: 2, delay: () => 0 },
    })
    await expect(limited.execute()).rejects.toMatchObject({ status: 503, retryAfter: 0 })
  })

  test('[fetch-errors] a response that is cut, one that is too large, and a reset connection', async () => {
    const cut = newUpload('&fault=cut&fault-after-bytes=9')
    await expect(createUpload(cut, { retry: false }).execute()).rejects.toMatchObject({ code: 'closed' })
    const reset = newUpload()
    await harness.addProxyRule({ fault: 'reset', match: reset, count: 2 })
    const again = createFetch<Receipt>(harness.proxyUrl + reset, {
      ...eager,
      method: 'PUT',
      body: part,
      upload,
    })
    await expect(again.execute()).resolves.toMatchObject({ bytes: part.length })
    const long = createFetch(`${harness.url}/raw?type=text/plain&test=${harness.unique()}`, {
      method: 'POST',
      body: new Uint8Array(60_000),
      maxBodyBytes: 1000,
      retry: false,
      upload,
    })
    await expect(long.execute()).rejects.toMatchObject({ code: 'too-large', limit: 1000 })
  })

  test('[fetch-errors] follows a redirect, and reports the new URL', async () => {
    const [from, to] = [newUpload(), newUpload()]
    await harness.addFault({ fault: 'refuse', status: 307, location: to, match: from })
    const client = createUpload(from)
    await expect(client.execute()).resolves.toMatchObject({ bytes: part.length })
    expect(client.getSnapshot().response?.url).toBe(harness.url + to)
  })

  test('[request-timeout] a server that reads the upload but does not respond is aborted after timeout.connect', async () => {
    const { clock, environment } = stopped()
    const target = newUpload('&fault=stall')
    const client = createUpload(target, { environment, retry: false, timeout: { connect: 3000 } })
    const promise = client.execute()
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    // Each part that is sent restarts the timeout.
    await until(async () => {
      await clock.advance(3000)
      expect(client.getSnapshot().status).toBe('error')
    })
    await expect(promise).rejects.toMatchObject({ code: 'timeout', timeout: 3000 })
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
  })

  test('[unmount] a hundred uploads, a third of them aborted and a third failed, leave nothing behind', async () => {
    const { XMLHttpRequest } = browserEnvironment()
    if (!XMLHttpRequest) throw new Error('A page has it')
    const made: WeakRef<object>[] = []
    const environment = {
      XMLHttpRequest: class extends XMLHttpRequest {
        constructor() {
          super()
          made.push(new WeakRef(this))
        }
      },
    }
    const target = `/uploads?test=${stormHarness.unique()}`
    const faults = ['', '&fault=stall', '&fault=refuse']
    const body = new Uint8Array(50_000)
    let refused = 0
    let halfway = 0
    for (let number = 0; number < 102; number += 1) {
      const url = `${stormHarness.url}${target}${faults[number % 3]}`
      const client = createFetch<Receipt>(url, { environment, method: 'PUT', body, retry: false, upload })
      const sent = client.execute().catch(() => (refused += 1))
      if (number % 3 === 1) {
        await until(() => expect(client.getSnapshot().progress.sent).toBe(body.length))
        client.abort()
      }
      await sent
      if (number === 50) halfway = await usedHeap()
    }
    expect([made.length, refused]).toEqual([102, 68])
    expect((await usedHeap()) - halfway).toBeLessThan(500_000)
    await until(async () => {
      await usedHeap()
      // The platform holds the newest ones for a while.
      expect(made.filter((one) => one.deref()).length).toBeLessThanOrEqual(3)
    })
    await until(async () => expect((await countsOf(stormHarness, target)).inFlight).toBe(0))
  })
})
