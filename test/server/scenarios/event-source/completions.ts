import { describe, expect, test } from 'vitest'
import { createEventSource } from '@tautline/core'
import { is } from '../../support/web-socket/raw-socket.ts'
import { brisk, follow, stopped, until } from '../../support/event-source/stream.ts'
import {
  completionText,
  completionRequest,
  readCompletion,
  tokens,
} from '../../support/event-source/tokens.ts'
import { type EnvironmentHarness, completionsOf } from '../../support/environment-harness.ts'

/** Streams over POST, such as those of language models. */
export function completions(harness: EnvironmentHarness): void {
  describe('tokens over POST', () => {
    whole(harness)
    abandoned(harness)
    once(harness)
    again(harness)
  })
}

function whole(harness: EnvironmentHarness): void {
  test.each(['one-byte', 'crlf', 'gzip', undefined])(
    '[stream-completion] [token-stream] the text is complete (%s), [DONE] ends the stream, and it is not requested again',
    async (fault) => {
      const { target, key, options } = completionRequest(harness, 'rate=5000&tokens=100')
      if (fault === 'one-byte' || fault === 'crlf' || fault === 'gzip')
        await harness.addFault({ fault, match: target })
      const connection = follow(createEventSource(harness.url + target, { ...brisk, ...options }))
      await connection.until(is('closed'))

      expect(connection.client.getSnapshot()).toMatchObject({ closed: { by: 'complete' }, error: undefined })
      const { content, finish } = await completionText(harness, 100)
      expect(connection.client.getSnapshot().data).toBe(content)
      expect(connection.messages.at(-1)?.choices[0]?.finish_reason).toBe(finish)
      expect(connection.messages).toHaveLength(102)
      expect(connection.statuses).toEqual(['connecting', 'open', 'closed'])
      await until(async () =>
        expect(await completionsOf(harness, key)).toMatchObject([{ ended: 'finished', tokens: 100 }]),
      )
      expect(await harness.outcomesOf(target)).toHaveLength(1)
    },
  )

  test('[stream-completion] without until, the end of the body completes it', async () => {
    const { target, key, options } = completionRequest(harness, 'rate=5000&tokens=20')
    const { until: _, codec: __, reduce: ___, ...rest } = options
    const connection = follow(createEventSource(harness.url + target, { ...brisk, ...rest }))
    await connection.until(is('closed'))
    expect(connection.messages.at(-1)).toBe('[DONE]')
    expect(connection.client.getSnapshot().closed).toMatchObject({ by: 'complete' })
    expect(await completionsOf(harness, key)).toHaveLength(1)
  })

  test('[stream-completion] open() sends a new request, and the text starts again from empty', async () => {
    const { target, key, options } = completionRequest(harness, 'rate=5000&tokens=20')
    const connection = follow(createEventSource(harness.url + target, { ...brisk, ...options }))
    await connection.until(is('closed'))
    connection.client.open()
    await connection.until(({ statuses }) => statuses.filter((status) => status === 'closed').length === 2)
    expect(connection.client.getSnapshot().data).toBe((await completionText(harness, 20)).content)
    expect(await completionsOf(harness, key)).toHaveLength(2)
  })
}

function abandoned(harness: EnvironmentHarness): void {
  /** Waits until the server has noticed the disconnect, then checks that it does not continue. */
  async function expectAborted(key: string): Promise<void> {
    await until(async () => expect(await completionsOf(harness, key)).toMatchObject([{ ended: 'aborted' }]))
    const then = await completionsOf(harness, key)
    // Reads another completion at the same rate. Meanwhile the first one would have grown.
    await readCompletion(harness, 'rate=500&tokens=20')
    expect(await completionsOf(harness, key)).toEqual(then)
  }

  test('[token-stream] close() in the middle stops the server’s work', async () => {
    const { target, key, options } = completionRequest(harness, 'rate=500&tokens=100000')
    const connection = follow(createEventSource(harness.url + target, { ...brisk, ...options }))
    await connection.until(({ messages }) => messages.length > 10)
    connection.client.close()
    const { data, closed } = connection.client.getSnapshot()
    expect(closed).toEqual({ by: 'user' })
    await expectAborted(key)
    expect(connection.client.getSnapshot().data).toBe(data)
    expect(await harness.outcomesOf(target)).toHaveLength(1)
  })

  test('[token-stream] leaving the for await loop stops the server’s work too', async () => {
    const { target, key, options } = completionRequest(harness, 'rate=500&tokens=100000')
    const seen: string[] = []
    for await (const { choices } of createEventSource(harness.url + target, { ...brisk, ...options }))
      if (seen.push(tokens({ choices }) ?? '') === 10) break
    expect(seen.join('')).toBe((await completionText(harness, 9)).content)
    await expectAborted(key)
  })

  test('[close] close() in a handler stops the delivery, although the chunk has more events', async () => {
    const { target, options } = completionRequest(harness, 'rate=20000&tokens=2000')
    const client = createEventSource(harness.url + target, { ...brisk, ...options })
    let received = 0
    client.on('message', () => {
      received += 1
      if (received === 7) client.close()
    })
    const connection = follow(client)
    await connection.until(is('closed'))
    await completionText(harness, 5)
    expect(received).toBe(7)
    expect(connection.messages).toHaveLength(7)
  })
}

function once(harness: EnvironmentHarness): void {
  test.each([
    [
      'whose response is cut in the middle of an event',
      { fault: 'cut', afterEvents: 5, bytes: 20 },
      { code: 'closed' },
    ],
    ['that fails with 500', { fault: 'refuse', status: 500 }, { code: 'http' }],
    ['whose response is an HTML page', { fault: 'captive-portal' }, { code: 'content-type' }],
  ] as const)('[stream-completion] a POST %s is not retried automatically', async (_, fault, error) => {
    const { target, key, options } = completionRequest(harness, 'rate=5000&tokens=100')
    await harness.addFault({ ...fault, match: target })
    const connection = follow(createEventSource(harness.url + target, { ...brisk, ...options }))
    await connection.until(is('closed'))
    expect(connection.errors).toMatchObject([error])
    expect(connection.retries).toEqual([])

    const atWork = fault.fault === 'cut'
    // Received events stay. Data in the browser's own buffers is lost with the connection.
    if (atWork)
      expect((await completionText(harness, 4)).content).toContain(connection.client.getSnapshot().data)
    await completionText(harness, 5)
    expect(await completionsOf(harness, key)).toHaveLength(atWork ? 1 : 0)
    expect(await harness.outcomesOf(target)).toEqual([fault.fault])
  })

  test('[connect-timeout] [stream-completion] a POST that times out is not retried: the server may have run it', async () => {
    const { clock, environment } = stopped()
    const { target, options } = completionRequest(harness, 'rate=5000&tokens=100')
    await harness.addFault({ fault: 'stall', match: target })
    const connection = follow(createEventSource(harness.url + target, { ...brisk, ...options, environment }))
    await until(async () => expect(await harness.outcomesOf(target)).toEqual(['stall']))
    await clock.advance(59_999)
    expect(connection.statuses).toEqual(['connecting'])
    await clock.advance(1)
    expect(connection.client.getSnapshot().closed).toMatchObject({
      error: { code: 'timeout', phase: 'connect', timeout: 60_000 },
    })
  })
}

function again(harness: EnvironmentHarness): void {
  test.each([
    ['503', { fault: 'refuse', retryAfter: 0 }],
    ['429', { fault: 'refuse', status: 429 }],
  ] as const)(
    '[stream-completion] after %s the POST is retried, because the server has not run it',
    async (_, fault) => {
      const { target, key, options } = completionRequest(harness, 'rate=5000&tokens=50')
      await harness.addFault({ ...fault, match: target, count: 2 })
      const connection = follow(createEventSource(harness.url + target, { ...brisk, ...options }))
      await connection.until(is('closed'))
      expect(connection.client.getSnapshot().data).toBe((await completionText(harness, 50)).content)
      expect(await completionsOf(harness, key)).toHaveLength(1)
      expect(await harness.outcomesOf(target)).toEqual(['refuse', 'refuse', 'accepted'])
    },
  )

  test('[fatal-errors] [stream-completion] after 401 to a POST the headers function is called again, and the POST is retried', async () => {
    const { target, key, options } = completionRequest(harness, 'rate=5000&tokens=50&auth=1')
    const secrets = ['stale', 'good']
    const connection = follow(
      createEventSource(harness.url + target, {
        ...brisk,
        ...options,
        headers: () => ({
          'Idempotency-Key': key,
          Authorization: `Bearer ${secrets.shift() ?? 'none left'}`,
        }),
      }),
    )
    await connection.until(is('closed'))
    expect(connection.client.getSnapshot().data).toBe((await completionText(harness, 50)).content)
    expect(secrets).toEqual([])
    expect(await harness.outcomesOf(target)).toEqual(['refused', 'accepted'])
  })

  test.each([307, 308])(
    '[event-stream-responses] [stream-completion] %i sends the POST and its body to the new URL',
    async (status) => {
      const [from, to] = [
        completionRequest(harness, 'rate=5000&tokens=50'),
        completionRequest(harness, 'rate=5000&tokens=30'),
      ]
      await harness.addFault({ fault: 'refuse', status, location: to.target, match: from.target })
      const connection = follow(createEventSource(harness.url + from.target, { ...brisk, ...from.options }))
      await connection.until(is('closed'))
      expect(connection.opens.map(({ url }) => url)).toEqual([harness.url + to.target])
      expect(connection.client.getSnapshot().data).toBe((await completionText(harness, 30)).content)
      expect(await completionsOf(harness, from.key)).toHaveLength(1)
    },
  )
}
