import { describe, expect, onTestFinished, test } from 'vitest'
import { type ResumeOption, concat, createEventSource, json, text } from '@tautline/core'
import { is } from '../../server/support/web-socket/raw-socket.ts'
import { brisk, follow, items, seqs, until, upTo } from '../../server/support/event-source/stream.ts'
import { secureUrl, harness } from '../support/environments.ts'

// What only a browser has: other origins, cookies, a limit of connections, and painting.

/** The response of `/echo-headers`. */
interface Echo {
  readonly target: string
  readonly httpVersion: string
  readonly headers: Readonly<Record<string, { readonly utf8: string }>>
}

const echo = json<Echo>()

describe('another origin', () => {
  const preflights = async (target: string) => {
    const { latest } = (await harness.state()).preflights
    return latest.filter((preflight) => preflight.target.startsWith(target)).map(({ headers }) => headers)
  }

  test.each<[ResumeOption, string[][]]>([
    // Chromium caches no preflight for these requests, because the HTML standard makes them no-store.
    ['header', [['last-event-id'], ['last-event-id'], ['last-event-id']]],
    ['query', []],
    [{ query: 'from' }, []],
  ])(
    '[event-stream-responses] three requests that resume by %o cost these preflights: %j',
    async (resume, expected) => {
      const target = `/echo-headers?end=1&test=${harness.unique()}`
      const connection = follow(
        createEventSource(harness.url + target, {
          ...brisk,
          codec: echo,
          lastEventId: '7',
          resume,
        }),
      )
      connection.client.on('message', () => {
        if (connection.messages.length === 3) connection.client.close()
      })
      await connection.until(is('closed'))
      expect(connection.messages).toHaveLength(3)
      expect(await preflights(target)).toEqual(expected)
      const [first] = connection.messages
      expect(first?.headers['last-event-id']?.utf8).toBe(resume === 'header' ? '7' : undefined)
      const parameters = new URL(`http://server${first?.target ?? ''}`).searchParams
      expect(parameters.get('lastEventId')).toBe(resume === 'query' ? '7' : null)
      expect(parameters.get('from')).toBe(typeof resume === 'object' ? '7' : null)
    },
  )

  test('[event-stream-responses] a server whose CORS headers do not allow Last-Event-ID: it resumes by a parameter after the header has failed', async () => {
    const target = `/news?cors=strict&rate=1000&last=20&stream=${harness.unique()}`
    await harness.addFault({ fault: 'end', afterEvents: 5, match: target, count: 2 })
    const options = { ...brisk, codec: items, retry: { ...brisk.retry, limit: 2 }, share: false }
    const byHeader = follow(createEventSource(harness.url + target, options))
    await byHeader.until(is('closed'))
    // The query is tried after the header has failed. The server may not know it, so a gap is reported.
    expect(seqs(byHeader.messages)).toEqual(upTo(20))
    const failures = [{ code: 'cors' }, { code: 'gap' }]
    expect(byHeader.errors).toMatchObject([...failures, ...failures])
    // Each of the two is confirmed by a second request.
    const preflightHeaders = Array.from({ length: 4 }, () => ['last-event-id'])
    expect(await preflights(target)).toEqual(preflightHeaders)

    const byQuery = follow(
      createEventSource(harness.url + target, { ...options, resume: 'query', lastEventId: '0' }),
    )
    await byQuery.until(is('closed'))
    expect(seqs(byQuery.messages)).toEqual(upTo(20))
    expect(await preflights(target)).toEqual(preflightHeaders)
  })
})

test.each([
  ['include', 'tautline=crumb'],
  ['same-origin', undefined],
  ['omit', undefined],
] as const)('credentials %s: another origin receives the cookie %s', async (credentials, expected) => {
  // Another port is another origin of the same site. A cookie of another site would need TLS.
  const origin = harness.url.replace('127.0.0.1', location.hostname)
  const cookie = (value: string) =>
    fetch(`${origin}/raw?header=${encodeURIComponent(`Set-Cookie:${value}; Path=/echo-headers`)}`, {
      credentials: 'include',
    })
  await cookie('tautline=crumb')
  onTestFinished(async () => void (await cookie('tautline=; Max-Age=0')))
  const connection = follow(
    createEventSource(`${origin}/echo-headers`, { ...brisk, codec: echo, credentials, share: false }),
  )
  await connection.until(({ messages }) => messages.length === 1)
  expect(connection.messages[0]?.headers['cookie']?.utf8).toBe(expected)
})

describe('connections', () => {
  const open = (origin: string, count: number) =>
    Array.from({ length: count }, () =>
      follow(createEventSource(`${origin}/news?rate=0&stream=${harness.unique()}`, brisk)),
    )

  test('over HTTP/1.1 a page has six connections to a server: with six streams open, the next request waits until one closes', async () => {
    const connections = open(harness.url, 6)
    await Promise.all(connections.map((connection) => connection.until(is('open'))))
    let hasResponse = false
    const health = fetch(`${harness.url}/health`).then(() => (hasResponse = true))
    const seventh = follow(createEventSource(`${harness.url}/news?rate=0&stream=${harness.unique()}`, brisk))
    // The same server responds at another port.
    for (let turn = 0; turn < 5; turn += 1) expect((await fetch(`${harness.proxyUrl}/health`)).ok).toBe(true)
    expect(hasResponse).toBe(false)
    expect(seventh.statuses).toEqual(['connecting'])

    connections[0]?.client.close()
    await health
    await seventh.until(is('open'))
  })

  test('over HTTP/2 the limit is higher: with eight streams open the next request gets its response', async () => {
    const connections = open(secureUrl, 8)
    await Promise.all(connections.map((connection) => connection.until(is('open'))))
    expect((await fetch(`${secureUrl}/health`)).ok).toBe(true)
    expect(connections.map(({ statuses }) => statuses.at(-1))).toEqual(connections.map(() => 'open'))
    const connection = follow(
      createEventSource(`${secureUrl}/echo-headers`, { ...brisk, codec: echo, share: false }),
    )
    await connection.until(({ messages }) => messages.length === 1)
    expect(connection.messages[0]?.httpVersion).toBe('2.0')
  })

  test('over HTTP/2 a stream that is cut resumes', async () => {
    const target = `/news?rate=5000&last=60&stream=${harness.unique()}`
    await harness.addFault({ fault: 'cut', afterEvents: 5, bytes: 9, match: target, count: 10 })
    const connection = follow(
      createEventSource(secureUrl + target, { ...brisk, codec: items, lastEventId: '0' }),
    )
    await connection.until(is('closed'))
    expect(seqs(connection.messages)).toEqual(upTo(60))
    expect(connection.client.getSnapshot().closed).toMatchObject({ by: 'complete' })
  })
})

test('the page still paints while many events are reduced slowly', async () => {
  let frames = 0
  let during = 0
  let done = false
  const paint = () => {
    frames += 1
    if (!done) requestAnimationFrame(paint)
  }
  requestAnimationFrame(paint)
  const slow = concat({ limit: 100 })
  let first: number | undefined
  const connection = follow(
    createEventSource(`${harness.url}/flood?bytes=1000000`, {
      ...brisk,
      codec: text(),
      until: ({ event }) => event === 'end',
      initialData: '',
      reduce(accumulated: string, message: string) {
        first ??= frames
        during = frames - first
        const since = performance.now()
        // The page's clock advances in steps of 100 us: one second in total.
        while (performance.now() === since);
        return slow(accumulated, message)
      },
    }),
  )
  await connection.until(is('closed'))
  done = true
  expect(connection.messages.length).toBeGreaterThan(10_000)
  // Chromium passes on up to 2 MB at once. Without pauses there would be one or two frames.
  expect(during).toBeGreaterThan(10)
  await until(() => expect(connection.client.getSnapshot().data).toHaveLength(100))
})
