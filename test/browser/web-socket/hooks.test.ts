import { describe, expect, test, vi } from 'vitest'
import { browserEnvironment, text, pings } from '@tautline/core'
import { watched } from '../../server/support/web-socket/real-sockets.ts'
import type { Driver, Options } from '../support/driver.ts'
import {
  acked,
  addFault,
  addProxyRule,
  attemptsAt,
  closeAll,
  connectionsTo,
  newTarget,
  proxyUrl,
  remoteUrl,
  strike,
  unique,
  url,
} from '../support/demo-server.ts'
import { react, strictReact } from '../support/web-socket/react.tsx'
import { vue } from '../support/web-socket/vue.ts'

const options: Options = {
  codec: text(),
  reduce: ({ count }, newest) => ({ count: count + 1, newest }),
  initialData: { count: 0, newest: undefined },
  retry: { delay: () => 20 },
  closeDelay: 0,
}

/** Waits until the assertion passes. The timeout is long, because a machine may be busy. */
const until = (isSo: () => void | Promise<void>) => vi.waitFor(isSo, { timeout: 20_000, interval: 10 })

describe.each<Driver>([react, strictReact, vue])('$name', ({ mount }) => {
  test('opens one connection, shows messages, sends, and leaves no connection behind', async () => {
    const target = newTarget('/echo')
    const mounted = mount(url + target, options)
    expect(mounted.send('sent too early')).toBe('queued')
    await until(() => expect(mounted.text).toBe('open: 1, sent too early'))
    expect(mounted.send('hello')).toBe('sent')
    await until(() => expect(mounted.text).toBe('open: 2, hello'))
    expect(mounted.statuses).toEqual(['connecting', 'open'])

    mounted.unmount()
    await until(async () => expect(await connectionsTo(target)).toEqual([]))
    expect(await attemptsAt(target)).toBe(1)
  })

  test('a new URL closes the old connection and opens a new one; null closes it', async () => {
    const [first, second] = [newTarget('/echo'), newTarget('/echo')]
    const mounted = mount(url + first, options)
    await until(() => expect(mounted.shown.status).toBe('open'))
    mounted.send('to the first')
    await until(() => expect(mounted.shown.data.count).toBe(1))

    mounted.setUrl(url + second)
    await until(async () => expect(await connectionsTo(first)).toEqual([]))
    await until(async () => expect(await connectionsTo(second)).toHaveLength(1))
    await until(() => expect(mounted.text).toBe('open: 0, nothing yet'))
    expect(await attemptsAt(second)).toBe(1)

    mounted.setUrl(null)
    await until(async () => expect(await connectionsTo(second)).toEqual([]))
    await until(() => expect(mounted.shown.status).toBe('idle'))
  })

  test('every message of a connection that is cut repeatedly is delivered once, and the component shows the reconnect', async () => {
    const stream = unique()
    const last = 1000
    const match = `/counted?stream=${stream}`
    await addProxyRule({ fault: 'cut', bytes: 3, afterFrames: 200, match, count: 3 })
    const seen: number[] = []
    const mounted = mount(
      (_context) => `${proxyUrl}${match}&from=${seen.at(-1) ?? 0}&last=${last}&rate=5000`,
      {
        ...options,
        onMessage(message) {
          // The server's messages: `{ n }`, or `{ type: 'end', last }`.
          const { n } = JSON.parse(message) as { n?: number }
          if (n === undefined) return
          seen.push(n)
          mounted.send(JSON.stringify({ ack: n }))
        },
      },
    )
    await until(async () => expect(await acked(stream)).toBe(last))

    expect(seen).toEqual(Array.from({ length: last }, (_, index) => index + 1))
    await until(() =>
      expect(mounted.text).toBe(`open: ${last + 1}, ${JSON.stringify({ type: 'end', last })}`),
    )
    const once = ['connecting', 'open', 'backoff']
    expect(mounted.statuses).toEqual([...once, ...once, ...once, 'connecting', 'open'])
  })

  test('a half-open connection is replaced, without a close event of the browser', async () => {
    const target = newTarget('/echo')
    const ended: boolean[] = []
    const environment = {
      ...browserEnvironment(),
      WebSocket: watched(WebSocket, (socket) => {
        const index = ended.push(false) - 1
        socket.addEventListener('close', () => (ended[index] = true))
      }),
    }
    let endedThen: readonly boolean[] = []
    const mounted = mount(proxyUrl + target, {
      ...options,
      environment,
      // Long enough for the reply on a busy machine.
      heartbeat: pings({ interval: 200, timeout: 2500 }),
      onRetry: () => (endedThen = [...ended]),
    })
    await until(() => expect(mounted.shown.status).toBe('open'))
    await strike({ fault: 'half-open' }, target)
    await until(() => expect(ended).toHaveLength(2))
    await until(() => expect(mounted.shown.status).toBe('open'))
    expect(endedThen).toEqual([false])
    mounted.send('on the new connection')
    await until(() => expect(mounted.text).toBe('open: 1, on the new connection'))
  })

  test.each([
    ['refused', { fault: 'refuse', retryAfter: 1 }],
    ['answered with a login page', { fault: 'captive-portal' }],
    ['reset', { fault: 'reset' }],
    ['accepted and dropped', { fault: 'accept-then-drop' }],
    ['accepted and closed with 1012', { fault: 'close', code: 1012 }],
    ['accepted and closed with 4000', { fault: 'close', code: 4000 }],
  ] as const)('a handshake that is %s is retried until it succeeds', async (_, fault) => {
    const target = newTarget('/echo')
    await addFault({ ...fault, match: target, count: 2 })
    const mounted = mount(url + target, options)
    await until(async () => expect(await attemptsAt(target)).toBe(3))
    mounted.send('through')
    await until(() => expect(mounted.text).toBe('open: 1, through'))
  })

  test.each([1002, 1003, 1007, 1009, 1010, 3500, 4500])(
    '%i from the server is final, and shown',
    async (code) => {
      const target = newTarget('/echo')
      const mounted = mount(url + target, options)
      await until(() => expect(mounted.shown.status).toBe('open'))
      await closeAll(code, target)
      await until(() => expect(mounted.shown.status).toBe('closed'))
      expect(mounted.shown.error).toMatchObject({ code: 'closed', closeCode: code })
      expect(await attemptsAt(target)).toBe(1)
    },
  )

  test('10,000 messages in half a second: each is delivered once, with at most one render per frame', async () => {
    const count = 10_000
    let received = 0
    let gaps = 0
    let frames = 0
    const frame = () => {
      frames += 1
      if (received <= count) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    const mounted = mount(`${url}/ticker?rate=20000&count=${count}`, {
      ...options,
      onMessage(message) {
        received += 1
        // A tick, or the end, which has no number.
        const { seq = received } = JSON.parse(message) as { seq?: number }
        if (seq !== received) gaps += 1
      },
    })
    await until(() =>
      expect(mounted.text).toBe(`open: ${count + 1}, ${JSON.stringify({ type: 'end', sent: count })}`),
    )

    expect({ received, gaps }).toEqual({ received: count + 1, gaps: 0 })
    // Two more renders for the statuses: connecting and open. StrictMode renders everything twice.
    const factor = mount === strictReact.mount ? 2 : 1
    expect(mounted.renders).toBeLessThanOrEqual((frames + 2) * factor)
  })

  test('a page in the back/forward cache has no connection, and opens one when the page is restored', async () => {
    const target = newTarget('/echo')
    const mounted = mount(url + target, options)
    await until(() => expect(mounted.shown.status).toBe('open'))

    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    await until(() => expect(mounted.shown).toMatchObject({ status: 'backoff', waitingFor: 'page' }))
    await until(async () => expect(await connectionsTo(target)).toEqual([]))
    expect(mounted.send('while it was away')).toBe('queued')

    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    await until(() => expect(mounted.text).toBe('open: 1, while it was away'))
    expect(await connectionsTo(target)).toHaveLength(1)
  })

  test('makes no attempt while offline, and one when the network is back', async () => {
    const target = newTarget('/echo')
    const mounted = mount(remoteUrl + target, options)
    await until(() => expect(mounted.shown.status).toBe('open'))
    dispatchEvent(new Event('offline'))
    // Being offline prevents new attempts. It does not end an open connection.
    mounted.send('still here')
    await until(() => expect(mounted.text).toBe('open: 1, still here'))

    await closeAll(1012, target)
    await until(() => expect(mounted.shown).toMatchObject({ status: 'backoff', waitingFor: 'online' }))
    dispatchEvent(new Event('online'))
    await until(() => expect(mounted.shown.status).toBe('open'))
    expect(await attemptsAt(target)).toBe(2)
  })
})
