import { expect, onTestFinished, test } from 'vitest'
import { type Heartbeat, pings } from '../connection/heartbeat.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { observeWebSocket } from '../web-socket/index.ts'
import { eventSource, observeConnection, webSocket } from './index.ts'

/** One hook: a function that renders it again, with what it has received. */
const renderers = {
  useWebSocket(environment: ReturnType<typeof createTestEnvironment>, onMessage: (raw: unknown) => void) {
    const observer = observeWebSocket('/ws', { environment, onMessage })
    const render = (heartbeat: Heartbeat | undefined) =>
      observer.setOptions('/ws', { environment, onMessage, heartbeat })
    return { observer, render }
  },
  useConnection(environment: ReturnType<typeof createTestEnvironment>, onMessage: (raw: unknown) => void) {
    const list = (heartbeat?: Heartbeat) => [webSocket('/ws', { heartbeat }), eventSource('/sse')]
    const options = { environment, onMessage, remember: false } as const
    const observer = observeConnection(list(), options)
    return { observer, render: (heartbeat?: Heartbeat) => observer.setOptions(list(heartbeat), options) }
  },
}

test.each(Object.keys(renderers) as (keyof typeof renderers)[])(
  '[heartbeat] pings() of a later render apply to the open connection, and their replies are not delivered: %s',
  async (name) => {
    const environment = createTestEnvironment()
    const received: unknown[] = []
    const { observer, render } = renderers[name](environment, (raw) => received.push(raw))
    onTestFinished(observer.subscribe(() => {}))
    await environment.advance(0)
    environment.socket.accept()
    environment.socket.receive('first')
    render(pings({ interval: 1000, timeout: 500 }))
    environment.socket.receive('pong')
    await environment.advance(1000)
    expect(environment.socket.sent).toEqual(['ping'])
    await environment.advance(30)
    environment.socket.receive('pong')
    expect(observer.getSnapshot()).toMatchObject({ status: 'open', latency: 30, data: 'first' })
    expect(received).toEqual(['first'])
    render(undefined)
    environment.socket.receive('pong')
    expect(received).toEqual(['first', 'pong'])
    render(pings({ interval: 1000, timeout: 500 }))
    await environment.advance(1500)
    expect(environment.socket.closedWith).toBeDefined()
  },
)
