import { describe, expect, test } from 'vitest'
import { mount, mountMany } from '../../test/web-socket/observers.ts'
import { record } from '../../test/web-socket/harness.ts'
import { createWebSocket, observeWebSocket } from './index.ts'
import { withEvents } from '../../test/events.ts'

describe('[own-opening] each hook sees its own opening', () => {
  test('a component that mounts while the shared connection is open, and subscribes in `onOpen`', async () => {
    const { environment, socket } = await mountMany(1)
    const late = observeWebSocket('/chat', { environment, onOpen: () => void late.send('subscribe') })
    late.subscribe(() => {})
    expect(socket.sent).toEqual([])
    await Promise.resolve()
    expect(socket.sent).toEqual(['subscribe'])
    // After the next reconnect it subscribes again.
    socket.end(1011)
    await environment.advance(500)
    environment.socket.accept()
    expect(environment.socket.sent).toEqual(['subscribe'])
  })

  test('a component that joins gets what is known about the connection', async () => {
    const { environment } = await mountMany(1)
    const late = withEvents(observeWebSocket('/chat', { environment }))
    const infos: unknown[] = []
    late.on('open', (info) => infos.push(info))
    late.subscribe(() => {})
    await Promise.resolve()
    expect(infos).toEqual([{ protocol: '', url: 'wss://test.example/chat', headers: undefined }])
  })

  test('once in StrictMode, which mounts twice', async () => {
    const { environment } = await mountMany(1)
    const late = observeWebSocket('/chat', { environment })
    const emitted = record(withEvents(late))
    late.subscribe(() => {})()
    late.subscribe(() => {})
    await environment.advance(0)
    expect(emitted).toEqual(['open'])
  })

  test('not if the component has unmounted meanwhile', async () => {
    const { environment } = await mountMany(1)
    const late = mount(environment)
    late.leave()
    await environment.advance(5000)
    expect(late.emitted).toEqual([])
  })

  test('not if the connection was closed meanwhile', async () => {
    const { environment, observers } = await mountMany(1)
    const late = mount(environment)
    observers[0]?.observer.close()
    await environment.advance(5000)
    expect(late.emitted).toEqual([])
    expect(observers[0]?.emitted).toEqual(['open', 'close 1000'])
  })

  test('a component that unmounts and returns within closeDelay sees the opening again', async () => {
    const { environment, observers } = await mountMany(1)
    observers[0]?.leave()
    await environment.advance(500)
    observers[0]?.observer.subscribe(() => {})
    await environment.advance(0)
    expect(environment.sockets).toHaveLength(1)
    expect(observers[0]?.emitted).toEqual(['open', 'open'])
  })

  test('`onOpen` and `onClose` alternate for a component that is disabled and enabled', async () => {
    const { environment, observers } = await mountMany(2)
    const [one, other] = observers
    one?.observer.setOptions('/chat', { environment, enabled: false })
    expect(one?.emitted).toEqual(['open', 'close 1000'])
    one?.observer.setOptions('/chat', { environment })
    await environment.advance(0)
    expect(one?.emitted).toEqual(['open', 'close 1000', 'open'])
    expect(other?.emitted).toEqual(['open'])
    expect(environment.sockets).toHaveLength(1)
  })

  test('a component that was disabled inside a handler sees one close', async () => {
    const { environment, observers, socket } = await mountMany(1)
    const [one] = observers
    one?.observer.on('message', () => one.observer.setOptions('/chat', { environment, enabled: false }))
    socket.receive('stop')
    await environment.advance(5000)
    expect(one?.emitted).toEqual(['open', 'message stop', 'close 1000'])
  })

  test('a client without a framework too', async () => {
    const { environment } = await mountMany(1)
    const client = createWebSocket('/chat', { environment })
    const emitted = record(client)
    client.open()
    await environment.advance(0)
    client.close()
    await environment.advance(0)
    expect(emitted).toEqual(['open', 'close 1000'])
  })
})
