import { describe, expect, test, vi } from 'vitest'
import { createHarness, openHarness } from '../../test/web-socket/harness.ts'
import { mount, mountMany } from '../../test/web-socket/observers.ts'
import { createTestEnvironment } from '../testing/index.ts'

describe('[close-event] after close() the `close` event is what the platform reports', () => {
  test('the status is closed at once, and one event follows with the code of the server', async () => {
    const { client, environment, emitted } = await openHarness()
    client.close()
    expect(client.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'user' }, error: undefined })
    expect(emitted).toEqual(['open'])
    environment.socket.end(1005)
    expect(emitted).toEqual(['open', 'close 1005'])
    await environment.advance(10_000)
    expect(emitted).toEqual(['open', 'close 1005'])
    expect(environment.timers).toBe(0)
  })

  test.each([
    ['its own code', 4000, 'bye', true],
    ['1006 if the network fails meanwhile', 1006, '', false],
  ])('with %s', async (_, closeCode, reason, wasClean) => {
    const onClose = vi.fn<(event: object) => void>()
    const { client, environment } = await openHarness({ onClose })
    client.close(3000, 'enough')
    environment.socket.end(closeCode, reason)
    expect(onClose.mock.calls).toMatchObject([[{ closeCode, reason, wasClean, error: undefined }]])
  })

  test('is 1006 after 3 s if the server never answers, and a late report is ignored', async () => {
    const { client, environment, emitted } = await openHarness()
    environment.socket.confirmsClose = false
    client.close()
    await environment.advance(2999)
    expect(emitted).toEqual(['open'])
    await environment.advance(1)
    expect(emitted).toEqual(['open', 'close 1006 unclean'])
    environment.socket.end(1000)
    await environment.advance(10_000)
    expect(emitted).toEqual(['open', 'close 1006 unclean'])
    expect(environment.timers).toBe(0)
  })

  test('is not emitted once the component has unmounted', async () => {
    const { environment, observers, socket } = await mountMany(2)
    socket.confirmsClose = false
    observers[0]?.observer.close()
    observers[0]?.leave()
    socket.end(1000)
    expect(observers.map(({ emitted }) => emitted)).toEqual([['open'], ['open', 'close 1000']])
    observers[1]?.leave()
    await environment.advance(3000)
    expect(environment.timers).toBe(0)
  })

  test('leaves no timer once all components have unmounted', async () => {
    const { environment, observers, socket } = await mountMany(2)
    socket.confirmsClose = false
    observers[0]?.observer.close()
    for (const { leave } of observers) leave()
    expect(environment.timers).toBe(0)
    socket.end(1000)
    expect(observers.map(({ emitted }) => emitted)).toEqual([['open'], ['open']])
  })

  test('also reaches the listeners of a client that was closed inside a handler', async () => {
    const { client, environment, emitted } = await openHarness()
    client.on('message', () => client.close())
    environment.socket.receive('stop')
    await environment.advance(0)
    expect(emitted).toEqual(['open', 'message stop', 'close 1000'])
  })

  test('reaches a component that was disabled', async () => {
    const { environment, observers, socket } = await mountMany(1)
    socket.confirmsClose = false
    observers[0]?.observer.setOptions('/chat', { environment, enabled: false })
    expect(observers[0]?.emitted).toEqual(['open'])
    await environment.advance(3000)
    expect(observers[0]?.emitted).toEqual(['open', 'close 1006 unclean'])
  })

  test('does not follow where no connection was open', async () => {
    const { client, environment, emitted } = createHarness()
    client.open()
    await environment.advance(0)
    client.close()
    await environment.advance(10_000)
    expect(emitted).toEqual([])
  })
})

describe('[close-event] the close of an old socket is emitted before the opening of the new one', () => {
  test('with the report of the platform if that is there', async () => {
    const { client, environment, emitted } = await openHarness()
    client.reconnect()
    await environment.advance(0)
    environment.socket.accept()
    expect(emitted).toEqual(['open', 'close 1000', 'open'])
  })

  test('with 1006 if the old server has not answered', async () => {
    const { client, environment, emitted } = await openHarness()
    const old = environment.socket
    old.confirmsClose = false
    client.reconnect()
    await environment.advance(0)
    environment.socket.accept()
    expect(emitted).toEqual(['open', 'close 1006 unclean', 'open'])
    old.end(1000)
    await environment.advance(10_000)
    expect(emitted).toEqual(['open', 'close 1006 unclean', 'open'])
  })

  test('at the latest after 3 s', async () => {
    const { client, environment, emitted } = await openHarness()
    environment.socket.confirmsClose = false
    client.reconnect()
    await environment.advance(3000)
    expect(emitted).toEqual(['open', 'close 1006 unclean'])
  })

  test('also where the new one is that of another URL, and is open already', async () => {
    const environment = createTestEnvironment()
    const [one, other] = [mount(environment), mount(environment, {}, '/other')]
    await environment.advance(0)
    for (const socket of environment.sockets) socket.accept()
    const [old] = environment.sockets
    if (old) old.confirmsClose = false
    one.observer.setOptions('/other', { environment })
    await environment.advance(0)
    expect(one.emitted).toEqual(['open', 'close 1006 unclean', 'open'])
    environment.socket.end(1011)
    expect(one.emitted.slice(3)).toEqual(['close 1011', 'error closed', 'retry 1'])
    expect(other.emitted).toEqual(['open', 'close 1011', 'error closed', 'retry 1'])
  })
})
