import { describe, expect, onTestFinished, test } from 'vitest'
import { type ResumeOption, concat, createEventSource, json, text } from '@tautline/core'
import { is } from '../../server/support/web-socket/raw-socket.ts'
import { brisk, follow, items, seqs, until, upTo } from '../../server/support/event-source/stream.ts'
import { secureUrl, harness } from '../support/environments.ts'

// What only a page has: other origins, cookies, few connections, and somebody who looks at it.

/** What `/echo-headers` says. */
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
    // Chromium keeps no preflight for a request that is not to be stored, as the HTML standard wants it of these.
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
          retry: { ...brisk.retry, limit: 2 },
        }),
      )
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

  test('[event-stream-responses] a server that does not allow the header refuses to go on, and is told by a parameter', async () => {
    const target = `/news?cors=strict&rate=1000&last=20&stream=${harness.unique()}`
    await harness.addFault({ fault: 'end', afterEvents: 5, match: target, count: 2 })
    const options = { ...brisk, codec: items, retry: { ...brisk.retry, limit: 2 }, share: false }
    const byHeader = follow(createEventSource(harness.url + target, options))
    await byHeader.until(is('closed'))
    expect(byHeader.messages).toHaveLength(5)
    expect(byHeader.errors).toMatchObject([
      { code: 'closed' },
      { code: 'connect-failed' },
      { code: 'connect-failed' },
    ])
    const preflightHeaders = [['last-event-id'], ['last-event-id']]
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
] as const)('credentials %s: the cookie that another origin is sent is %s', async (credentials, expected) => {
  // Another port is another origin, of the same site: a cookie of another site would need TLS.
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

  test('over HTTP/1.1 six streams are all that a page can have of a server: the next request waits for one to close', async () => {
    const connections = open(harness.url, 6)
    await Promise.all(connections.map((connection) => connection.until(is('open'))))
    let hasResponse = false
    const health = fetch(`${harness.url}/health`).then(() => (hasResponse = true))
    const seventh = follow(createEventSource(`${harness.url}/news?rate=0&stream=${harness.unique()}`, brisk))
    // By another port the same server answers, again and again.
    for (let turn = 0; turn < 5; turn += 1) expect((await fetch(`${harness.proxyUrl}/health`)).ok).toBe(true)
    expect(hasResponse).toBe(false)
    expect(seventh.statuses).toEqual(['connecting'])

    connections[0]?.client.close()
    await health
    await seventh.until(is('open'))
  })

  test('over HTTP/2 there is room for more: with eight streams open the next request is answered', async () => {
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

  test('over HTTP/2 a stream that is cut goes on where it was', async () => {
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

test('the page goes on painting while a flood of events is reduced slowly', async () => {
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
        // Its clock moves on by 100 us: that is a second in all.
        while (performance.now() === since);
        return slow(accumulated, message)
      },
    }),
  )
  await connection.until(is('closed'))
  done = true
  expect(connection.messages.length).toBeGreaterThan(10_000)
  // Chromium hands over up to 2 MB at once: without turns in between there would be one or two.
  expect(during).toBeGreaterThan(10)
  await until(() => expect(connection.client.getSnapshot().data).toHaveLength(100))
})
