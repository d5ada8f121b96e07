// @vitest-environment jsdom
import { describe, expect, test, vi } from 'vitest'
import { text, pings } from '@tautline/core'
import type { Driver, Options } from '../../browser/support/driver.ts'
import { react, strictReact } from '../../browser/support/web-socket/react.tsx'
import { vue } from '../../browser/support/web-socket/vue.ts'
import { createResourceLedger, settled } from '../support/resource-ledger.ts'
import { webSocketOfWs } from '../support/web-socket/platforms.ts'
import { connectionsTo, countedStream, newTarget, outcomesOf, useDemoServer } from '../support/server.ts'

const server = useDemoServer()

const until = (isSo: () => void) => vi.waitFor(isSo, { timeout: 20_000, interval: 10 })
let streams = 0

// With the WebSocket of ws: the global one is jsdom's here, and its events do not work with Node's event targets.
describe.each<Driver>([react, strictReact, vue])('$name in jsdom', ({ mount }) => {
  const options: Options = {
    codec: text(),
    reduce: ({ count }, newest) => ({ count: count + 1, newest }),
    initialData: { count: 0, newest: undefined },
    retry: { delay: () => 20 },
    closeDelay: 0,
  }

  test('every message is delivered once although the connection breaks repeatedly, and nothing is left behind', async () => {
    const stream = `hooks-${(streams += 1)}.`
    const match = `/counted?stream=${stream}`
    server.now.proxy.rules.add({ fault: 'cut', bytes: 3, afterFrames: 200, match, count: 3 })
    const ledger = createResourceLedger(webSocketOfWs)
    const seen: number[] = []
    const mounted = mount(
      (_context) => `${server.now.proxyUrl}${match}&from=${seen.at(-1) ?? 0}&last=1000&rate=5000`,
      {
        ...options,
        environment: ledger.environment,
        onMessage(message) {
          // The server's messages: `{ n }`, or `{ type: 'end', last }`.
          const { n } = JSON.parse(message) as { n?: number }
          if (n === undefined) return
          seen.push(n)
          mounted.send(JSON.stringify({ ack: n }))
        },
      },
    )
    await until(() => expect(mounted.shown.data.newest).toBe('{"type":"end","last":1000}'))
    await until(() => expect(countedStream(server.now, stream).acked).toBe(1000))
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => index + 1))
    expect(mounted.text).toBe('open: 1001, {"type":"end","last":1000}')
    const once = ['connecting', 'open', 'backoff']
    expect(mounted.statuses).toEqual([...once, ...once, ...once, 'connecting', 'open'])
    expect(ledger.socketsCreated).toBe(4)

    mounted.unmount()
    expect(ledger.balance()).toMatchObject({ timers: 0, listeners: 0 })
    await until(() => expect(ledger.balance()).toEqual(settled))
    await until(() => expect(connectionsTo(server.now, match)).toEqual([]))
  })

  test('a half-open connection is replaced; a new URL closes the old connection', async () => {
    const [first, second] = [newTarget('/echo'), newTarget('/echo')]
    const mounted = mount(server.now.proxyUrl + first, {
      ...options,
      environment: { WebSocket: webSocketOfWs },
      // Long enough for the reply on a busy machine.
      heartbeat: pings({ interval: 200, timeout: 2500 }),
    })
    await until(() => expect(mounted.shown.status).toBe('open'))
    server.now.proxy.strike({ fault: 'half-open' }, { match: first })
    await until(() => expect(outcomesOf(server.now, first)).toHaveLength(2))
    mounted.send('on the new connection')
    await until(() => expect(mounted.text).toBe('open: 1, on the new connection'))

    mounted.setUrl(server.now.proxyUrl + second)
    await until(() => expect(mounted.text).toBe('open: 0, nothing yet'))
    await until(() => expect(connectionsTo(server.now, second)).toHaveLength(1))
  })
})
