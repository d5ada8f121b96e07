import { describe, expect, onTestFinished, test } from 'vitest'
import { until } from '../../server/support/event-source/stream.ts'
import { body, classes, errors, observe, raw } from '../support/event-source-class/observe.ts'
import { harness } from '../support/environments.ts'

// The same expectations for the browser's own EventSource and for Tautline's. Where they differ, the test says so.

describe.each(classes)('%s', (_, EventSource) => {
  const own = EventSource === globalThis.EventSource

  describe('9.2.3: reconnecting', () => {
    const idsAt = async (target: string) =>
      (await harness.state()).attempts
        .filter((attempt) => attempt.target === target)
        .map(({ lastEventId }) => lastEventId)

    test.each([
      ['an ID', 'id: 7\ndata: a\n\n', '7'],
      ['one that is not ASCII', 'id: …é🪢\ndata: a\n\n', '…é🪢'],
      ['one without data', 'data: a\n\nid: 9\n\n', '9'],
      ['one of an unfinished block', 'id: 7\ndata: a\n\nid: 8\ndata: b\n', '7'],
      ['one that was emptied', 'id: 7\ndata: a\n\nid\ndata: b\n\n', undefined],
      ['none', 'data: a\n\n', undefined],
    ])('after the end of the body it reconnects, with %s', async (_, stream, id) => {
      const target = raw(body(`retry: 1\n\n${stream}`))
      const { log } = await observe(EventSource, harness.url + target, { enough: errors(3) })
      const once = ['open 1', 'error 0']
      expect(log.filter((entry) => /^(open|error) \d/.test(entry))).toEqual([...once, ...once, ...once])
      expect((await idsAt(target)).slice(0, 3)).toEqual([undefined, id, id])
    })

    test('the last event ID stays the same over a reconnect', async () => {
      const [first, second] = [raw(body('retry: 1\nid: 7\ndata: a\n\n')), raw(body('data: b\n\n'))]
      await harness.addFault({ fault: 'end', afterEvents: 1, match: first })
      await harness.addFault({ fault: 'refuse', status: 307, location: second, match: first })
      const { log } = await observe(EventSource, harness.url + first, { enough: errors(2) })
      expect(log).toEqual(['open 1', 'message "a" 7', 'error 0', 'open 1', 'message "b" 7', 'error 0'])
    })

    test.each([301, 302, 307, 308])(
      'after %i the next attempt requests the redirect’s target',
      async (status) => {
        // Section 9.2.3 fetches the same request again. By then its URL is that of the redirect (Fetch, section 2.2.5).
        const [from, to] = [raw(body('data: b\n\n')), raw(body('retry: 1\ndata: a\n\n'))]
        await harness.addFault({ fault: 'refuse', status, location: to, match: from })
        const { log } = await observe(EventSource, harness.url + from, { enough: errors(2) })
        expect(log).toEqual(['open 1', 'message "a"', 'error 0', 'open 1', 'message "a"', 'error 0'])
      },
    )

    test.each(['drop', 'reset'] as const)('reconnects when the connection breaks (%s)', async (fault) => {
      const target = `${raw(body('retry: 1\nid: 1\ndata: a\n\nid: 2\ndata: half'))}&hold=1`
      const { log } = await observe(EventSource, harness.proxyUrl + target, {
        enough(log) {
          // Not before the message has been received: data in the browser's own buffers is lost with the connection.
          if (log.length === 2) void harness.strike({ fault }, target)
          return log.length === 5
        },
      })
      expect(log).toEqual(['open 1', 'message "a" 1', 'error 0', 'open 1', 'message "a" 1'])
      expect(await idsAt(target)).toEqual([undefined, '1'])
    })

    test.each([204, 404, 500, 503])('%i is final', async (status) => {
      const target = raw(body('retry: 1\ndata: a\n\n'))
      await harness.addFault({ fault: 'end', afterEvents: 1, match: target })
      await harness.addFault({ fault: 'refuse', status, match: target })
      const { log } = await observe(EventSource, harness.url + target, { enough: errors(2) })
      expect(log).toEqual(['open 1', 'message "a"', 'error 0', 'error 2'])
      expect(await harness.outcomesOf(target)).toEqual(['end', 'refuse'])
    })

    test('another content type is final', async () => {
      const target = raw(body('retry: 1\ndata: a\n\n'))
      await harness.addFault({ fault: 'end', afterEvents: 1, match: target })
      await harness.addFault({ fault: 'captive-portal', match: target })
      const { log } = await observe(EventSource, harness.url + target, { enough: errors(2) })
      expect(log).toEqual(['open 1', 'message "a"', 'error 0', 'error 2'])
    })

    test('reconnects to a server that refuses connections', async () => {
      const target = raw('')
      await harness.addProxyRule({ fault: 'refuse', match: target, count: 'always' })
      expect((await observe(EventSource, harness.proxyUrl + target)).log).toEqual(['error 0'])
    })
  })

  describe('close()', () => {
    const stream = body('data: a\n\ndata: b\n\ndata: c\n\n')

    test('in a handler is final: later events of the same chunk are not dispatched', async () => {
      const { log, source } = await observe(EventSource, harness.url + raw(`${stream}&hold=1`), {
        enough: (log) => log.length === 3,
      })
      expect(log).toEqual(['open 1', 'message "a"', 'message "b"'])
      expect(source.readyState).toBe(2)
    })

    test('before the first event: no event is dispatched', async () => {
      const source = new EventSource(harness.url + raw(stream))
      let received = 0
      for (const type of ['open', 'message', 'error']) source.addEventListener(type, () => (received += 1))
      expect(source.readyState).toBe(0)
      source.close()
      expect(source.readyState).toBe(2)
      await observe(EventSource, harness.url + raw(stream))
      expect(received).toBe(0)
    })

    test('ends the request', async () => {
      const target = raw(`${stream}&hold=1`)
      await observe(EventSource, harness.proxyUrl + target, { enough: (log) => log.length === 4 })
      await until(async () => expect(await harness.connectionsTo(target)).toEqual([]))
    })

    test('while it waits to reconnect: it does not reconnect', async () => {
      const target = raw(body('retry: 20\ndata: a\n\n'))
      await observe(EventSource, harness.url + target)
      // Waits until another one with the same delay has reconnected.
      await observe(EventSource, harness.url + raw(body('retry: 40\n\n')), { enough: errors(2) })
      expect(await harness.outcomesOf(target)).toHaveLength(1)
    })
  })

  test('9.2.2: URL, withCredentials and handlers', async () => {
    const source = new EventSource('some/where?a#b', { withCredentials: true })
    onTestFinished(() => source.close())
    expect(source.url).toBe(new URL('some/where?a#b', document.baseURI).href)
    expect(source.withCredentials).toBe(true)
    expect(source.onmessage).toBe(null)
    expect(() => new EventSource('http://')).toThrow(
      expect.objectContaining({ name: 'SyntaxError', code: 12 }),
    )
    expect(Object.prototype.toString.call(source)).toBe('[object EventSource]')
    expect([source.CONNECTING, source.OPEN, source.CLOSED]).toEqual([0, 1, 2])
  })

  test('events are trusted if the platform dispatches them, and otherwise equal', async () => {
    const { messages } = await observe(EventSource, harness.url + raw(body('id: 7\ndata: a\n\n')))
    const [message] = messages
    expect(message).toMatchObject({ type: 'message', data: 'a', lastEventId: '7', origin: harness.url })
    expect(message).toMatchObject({ source: null, ports: [], bubbles: false, cancelable: false })
    expect(message?.isTrusted).toBe(own)
  })

  test.each([true, false])(
    'withCredentials %s decides whether the cookie is sent',
    async (withCredentials) => {
      const origin = harness.url.replace('127.0.0.1', location.hostname)
      const cookie = (value: string) =>
        fetch(`${origin}/raw?header=${encodeURIComponent(`Set-Cookie:${value}; Path=/echo-headers`)}`, {
          credentials: 'include',
        })
      await cookie('native=crumb')
      onTestFinished(async () => void (await cookie('native=; Max-Age=0')))
      const { messages } = await observe(EventSource, `${origin}/echo-headers?end=1`, {
        init: { withCredentials },
      })
      expect(headersIn(messages[0])['cookie']).toBe(withCredentials ? 'native=crumb' : undefined)
    },
  )

  test('sends the headers of an EventSource', async () => {
    const { messages } = await observe(EventSource, `${harness.url}/echo-headers?end=1`)
    expect(headersIn(messages[0])).toMatchObject({
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      origin: location.origin,
    })
  })
})

/** The response of `/echo-headers`. */
function headersIn(message: MessageEvent<string> | undefined): Readonly<Record<string, string>> {
  const { headers } = JSON.parse(message?.data ?? '') as {
    readonly headers: Readonly<Record<string, { readonly utf8: string }>>
  }
  return Object.fromEntries(Object.entries(headers).map(([name, { utf8 }]) => [name, utf8]))
}

test('with an ID, both classes send the same headers', async () => {
  const requests = await Promise.all(
    classes.map(async ([, EventSource]) => {
      const target = raw(body('retry: 1\nid: …7\n\n'))
      await harness.addFault({ fault: 'end', afterEvents: 1, match: target })
      await harness.addFault({ fault: 'refuse', status: 307, location: '/echo-headers?end=1', match: target })
      const { messages } = await observe(EventSource, harness.url + target, { enough: errors(2) })
      return headersIn(messages[0])
    }),
  )
  expect(requests[0]).toMatchObject({ 'last-event-id': '…7' })
  expect(requests[1]).toEqual(requests[0])
})
