import { describe, expect, test } from 'vitest'
import { type FetchObserver, text } from '@tautline/core'
import {
  type RecordedRequestOptions,
  type Receipt,
  fetchOnce,
  bytesOf,
  client,
  countsOf,
  look,
  sha256Of,
  transfersOf,
} from '../../support/fetch/requests.ts'
import { until } from '../../support/event-source/stream.ts'
import type { EnvironmentHarness } from '../../support/environment-harness.ts'

type Body = NonNullable<RecordedRequestOptions['body']>

/** Request bodies: how they are sent, and whether they arrive. @param by how the platform sends them */
export function fetchBodies(
  harness: EnvironmentHarness,
  by = 'fetch',
  options: RecordedRequestOptions = {},
): void {
  const sender: Sender = (target, own) => client<Receipt>(harness.url + target, { ...options, ...own })
  describe(`bodies, by ${by}`, () => {
    whole(harness, sender)
    forms(harness, sender)
    repeated(harness, sender)
    givenUp(harness, options)
  })
}

type Sender = (target: string, own: RecordedRequestOptions) => FetchObserver<Receipt, Receipt>

const newUpload = ({ unique }: EnvironmentHarness, query = '') => `/uploads?test=${unique()}${query}`

function whole(harness: EnvironmentHarness, send: Sender): void {
  const bytes = bytesOf(300_000)
  const params = new URLSearchParams([
    ['name', 'Ann & Bob'],
    ['name', 'é🪢'],
    ['empty', ''],
  ])
  const object = { name: 'é🪢', list: [1, null, { deep: true }] }
  const type = 'application/octet-stream'
  const bodies: readonly (readonly [string, Body, Uint8Array<ArrayBuffer> | string, string | null])[] = [
    ['a Blob', new Blob([bytes], { type: 'image/png' }), bytes, 'image/png'],
    ['a Blob without a type', new Blob([bytes]), bytes, null],
    ['an ArrayBuffer', bytes.buffer, bytes, null],
    ['a Uint8Array', bytes, bytes, null],
    ['a part of one', bytes.subarray(1000, 201_000), bytes.slice(1000, 201_000), null],
    ['a Uint16Array', new Uint16Array(bytes.buffer, 2, 100_000), bytes.slice(2, 200_002), null],
    ['a DataView', new DataView(bytes.buffer, 7, 99_991), bytes.slice(7, 99_998), null],
    ['text', 'é🪢\r\n\0', 'é🪢\r\n\0', 'text/plain;charset=UTF-8'],
    ['URLSearchParams', params, `${params}`, 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['a plain object', object, JSON.stringify(object), 'application/json'],
    ['a list', [object, 1], JSON.stringify([object, 1]), 'application/json'],
    ['what a function gives', () => bytes.subarray(0, 1000), bytes.slice(0, 1000), null],
    ['what a function promises', async () => new Blob([bytes], { type }), bytes, type],
  ]
  test.each(bodies)('[request-bodies] %s arrives unchanged', async (_, body, sent, contentType) => {
    const target = newUpload(harness)
    const upload = send(target, { method: 'PUT', body })
    await expect(upload.execute()).resolves.toEqual({
      bytes: typeof sent === 'string' ? new TextEncoder().encode(sent).length : sent.length,
      sha256: await sha256Of(sent),
      contentType,
    })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test.each([
    ['null', null, 'null'],
    ['false', false, 'false'],
    ['a text', 'é', '"é"'],
    ['a number', 0, '0'],
  ])('[request-bodies] json: %s is sent as JSON', async (_, json, sent) => {
    const upload = send(newUpload(harness), { method: 'POST' })
    await expect(upload.execute({ json })).resolves.toMatchObject({
      sha256: await sha256Of(sent),
      contentType: 'application/json',
    })
  })

  test('[request-bodies] 8 MiB arrive unchanged', async () => {
    const bytes = bytesOf(8_388_608)
    const upload = send(newUpload(harness), { method: 'PUT' })
    const receipt = await upload.execute({ body: new Blob([bytes]) })
    expect(receipt).toMatchObject({ bytes: bytes.length, sha256: await sha256Of(bytes) })
  })
}

function forms(harness: EnvironmentHarness, send: Sender): void {
  test('[request-bodies] FormData arrives with its texts and its files unchanged', async () => {
    const bytes = bytesOf(30_000)
    const form = new FormData()
    form.append('name', 'é🪢')
    form.append('name', '')
    form.append('file', new File([bytes], 'knots é.bin', { type: 'application/x-knots' }))
    const target = newUpload(harness)
    const upload = send(target, { method: 'PUT', body: form })
    const { contentType } = await upload.execute()
    expect(contentType).toMatch(/^multipart\/form-data; ?boundary=/)

    // `/raw` responds with the body that it received.
    const type = encodeURIComponent('application/octet-stream')
    const echo = client<ArrayBuffer>(`${harness.url}/raw?type=${type}&test=${harness.unique()}`, {
      method: 'POST',
      body: form,
    })
    const echoed = await echo.execute()
    // The first line of the body is the boundary that the platform has chosen.
    const [first = ''] = new TextDecoder('latin1').decode(echoed).split('\r\n')
    const headers = { 'Content-Type': `multipart/form-data; boundary=${first.slice(2)}` }
    const read = await new Response(echoed, { headers }).formData()
    expect(read.getAll('name')).toEqual(['é🪢', ''])
    const file = read.get('file')
    if (!(file instanceof File)) throw new Error('The response has no file')
    expect([file.name, file.type]).toEqual(['knots é.bin', 'application/x-knots'])
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes)
  })
}

function repeated(harness: EnvironmentHarness, send: Sender): void {
  const bytes = bytesOf(200_000)
  test.each([
    ['a Blob', new Blob([bytes])],
    ['bytes', bytes],
    ['what a function gives', () => new Blob([bytes])],
  ] as const)('[safe-retries] retries a failed PUT with the whole body: %s', async (_, body) => {
    const target = newUpload(harness)
    await harness.addFault({ fault: 'refuse', match: target, count: 2 })
    const upload = send(target, { method: 'PUT', body })
    const receipt = await upload.execute()
    expect(receipt).toMatchObject({ bytes: bytes.length, sha256: await sha256Of(bytes) })
    expect(await harness.outcomesOf(target)).toEqual(['refuse', 'refuse', 'accepted'])
  })

  test.each(['POST', 'PATCH'])('[safe-retries] %s is not retried after any failure', async (method) => {
    // `/status` accepts every method.
    const target = `/status/503?header=Retry-After:0&test=${harness.unique()}`
    const write = send(target, { method, json: {} })
    await expect(write.execute()).rejects.toMatchObject({ code: 'http', status: 503 })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
  })

  test.each(['GET', 'HEAD', 'PUT', 'DELETE'])('[safe-retries] %s is retried', async (method) => {
    const target = `/status/503?test=${harness.unique()}`
    const request = send(target, { method, retry: { delay: () => 0, limit: 1 } })
    await expect(request.execute()).rejects.toMatchObject({ code: 'http', status: 503 })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  })

  test.each([
    ['one of one’s own', 'mine'],
    ['one that is made up', true],
    ['one that a function gives', () => crypto.randomUUID()],
  ] as const)('[safe-retries] with an Idempotency-Key a POST is retried: %s', async (_, idempotencyKey) => {
    const target = `/status/503?test=${harness.unique()}`
    const write = send(target, {
      method: 'POST',
      json: {},
      idempotencyKey,
      retry: { delay: () => 0, limit: 2 },
    })
    await expect(write.execute()).rejects.toMatchObject({ code: 'http', status: 503 })
    expect(await countsOf(harness, target)).toMatchObject({ requests: 3 })
  })

  test('[safe-retries] retry.when decides about a retry in both directions', async () => {
    const target = `/status/503?test=${harness.unique()}`
    const received: unknown[] = []
    const when = (error: Error | undefined, retryable: boolean) => {
      received.push([(error as { code?: string } | undefined)?.code, retryable])
      return received.length < 2
    }
    const write = send(target, { method: 'POST', json: {}, retry: { delay: () => 0, when } })
    await expect(write.execute()).rejects.toMatchObject({ status: 503 })
    expect(received).toEqual([
      ['http', false],
      ['http', false],
    ])
    expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  })
}

function givenUp(harness: EnvironmentHarness, options: RecordedRequestOptions): void {
  test('[abort] an aborted upload ends at the server too, and is not an error', async () => {
    const target = newUpload(harness, '&rate=8000000')
    const upload = look<Receipt>(harness.url + target, { ...options, method: 'PUT', enabled: false })
    const part = bytesOf(4_000_000)
    const promise = upload.client.execute({ body: new Blob(Array.from({ length: 10 }, () => part)) })
    await until(async () => {
      const [transfer] = await transfersOf(harness, 'uploads', target)
      expect(transfer?.bytes).toBeGreaterThan(0)
    })
    upload.client.abort()
    await expect(promise).rejects.toMatchObject({ code: 'aborted', by: 'user' })
    await until(async () =>
      expect(await transfersOf(harness, 'uploads', target)).toMatchObject([{ ended: 'abandoned' }]),
    )
    const [transfer] = await transfersOf(harness, 'uploads', target)
    expect(transfer?.bytes).toBeLessThan(40_000_000)
    expect(upload.client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined, isFetching: false })
    expect([upload.errors, upload.messages]).toEqual([[], []])
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ requests: 1, aborted: 1, inFlight: 0 }),
    )
  })

  test('[abort] an aborted download ends at the server too: by abort(), by a signal, and by unsubscribing', async () => {
    const ends: readonly ((request: ReturnType<typeof look>, signal: AbortController) => void)[] = [
      ({ client }) => client.abort(),
      (_, controller) => controller.abort(),
      ({ leave }) => leave(),
    ]
    for (const end of ends) {
      const target = `/endless?type=text&test=${harness.unique()}`
      const controller = new AbortController()
      const request = look<string>(harness.url + target, { enabled: false, maxBodyBytes: 1e9, codec: text() })
      const promise = request.client.execute({ signal: controller.signal })
      await request.until(({ progress }) => progress.received > 0)
      end(request, controller)
      await expect(promise).rejects.toMatchObject({ code: 'aborted' })
      await until(async () =>
        expect(await transfersOf(harness, 'endless', target)).toMatchObject([{ ended: 'abandoned' }]),
      )
      const [transfer] = await transfersOf(harness, 'endless', target)
      expect(transfer?.bytes).toBeLessThan(1_073_741_824)
      expect(request.client.getSnapshot()).toMatchObject({ status: 'idle', error: undefined })
      expect([request.errors, request.retries, request.messages]).toEqual([[], [], []])
    }
  })

  test('[abort] an aborted refetch leaves the shown data unchanged', async () => {
    const target = `/documents/1000?test=${harness.unique()}`
    const request = await fetchOnce(harness.url + target)
    const { data } = request.client.getSnapshot()
    await harness.addFault({ fault: 'stall', match: target })
    const promise = request.client.refetch()
    await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
    expect(request.client.getSnapshot().isFetching).toBe(true)
    request.client.abort()
    await expect(promise).rejects.toMatchObject({ code: 'aborted' })
    expect(request.client.getSnapshot()).toMatchObject({
      status: 'success',
      error: undefined,
      isFetching: false,
    })
    expect(request.client.getSnapshot().data).toBe(data)
    await until(async () =>
      expect(await countsOf(harness, target)).toMatchObject({ aborted: 1, inFlight: 0 }),
    )
  })
}
