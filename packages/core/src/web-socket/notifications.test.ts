import { describe, expect, test, vi } from 'vitest'
import { openHarness } from '../../test/web-socket/harness.ts'
import { concat } from '../shared/reducers.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { observeWebSocket } from './index.ts'

describe('notifying', () => {
  test.each([
    ['sync', 3],
    ['microtask', 1],
    ['frame', 1],
  ] as const)('with notify %s three messages in a tick are %d notifies', async (notify, notifications) => {
    const { client, environment } = await openHarness({ notify })
    const listener = vi.fn<() => void>()
    client.subscribe(listener)
    for (const raw of ['a', 'b', 'c']) environment.socket.receive(raw)
    expect(client.getSnapshot().data).toBe('c')
    await environment.advance(notify === 'frame' ? 16 : 0)
    expect(listener).toHaveBeenCalledTimes(notifications)
  })

  test('a message that changes nothing notifies no listener', async () => {
    const { client, environment } = await openHarness({
      reduce: concat({ pick: () => '' }),
      initialData: 'x',
    })
    const listener = vi.fn<() => void>()
    const before = client.getSnapshot()
    client.subscribe(listener)
    environment.socket.receive('y')
    await environment.advance(100)
    expect(listener).not.toHaveBeenCalled()
    expect(client.getSnapshot()).toBe(before)
  })

  test('a listener of a transition sees the new snapshot', async () => {
    const { client, environment } = await openHarness()
    const statuses: string[] = []
    // Read once before, so that an outdated snapshot exists.
    expect(client.getSnapshot().status).toBe('open')
    client.on('transition', ({ to }) => statuses.push(`${to.status} ${client.getSnapshot().status}`))
    environment.socket.end(4000)
    await environment.advance(0)
    client.close()
    expect(statuses).toEqual(['backoff backoff', 'closed closed'])
  })

  test('a subscriber that leaves and returns while it is being notified is notified once', async () => {
    const { client, environment } = await openHarness({ notify: 'sync' })
    let count = 0
    const again = () => {
      stop()
      if (++count < 50) stop = client.subscribe(again)
    }
    let stop = client.subscribe(again)
    environment.socket.receive('x')
    expect(count).toBe(1)
  })

  describe('with a selector', () => {
    const select = (data: unknown) => String(data).slice(0, 1)
    const selecting = async () => {
      const environment = createTestEnvironment()
      const client = observeWebSocket('/chat', { environment, select, notify: 'sync' })
      const listener = vi.fn<() => void>(() => void client.getSnapshot())
      client.subscribe(listener)
      await environment.advance(0)
      environment.socket.accept()
      environment.socket.receive('a1')
      listener.mockClear()
      return { client, environment, listener }
    }

    test('a change outside it notifies no listener', async () => {
      const { environment, listener } = await selecting()
      environment.socket.receive('a2')
      expect(listener).not.toHaveBeenCalled()
      environment.socket.receive('b1')
      expect(listener).toHaveBeenCalledOnce()
    })

    test('a snapshot read at a change of status counts as rendered', async () => {
      const { client, environment, listener } = await selecting()
      client.setOptions('/chat', { environment, select, notify: 'frame' })
      environment.socket.receive('b1')
      environment.socket.end(1006)
      await environment.advance(500)
      environment.socket.accept()
      listener.mockClear()
      environment.socket.receive('a1')
      await environment.advance(16)
      expect(listener).toHaveBeenCalledOnce()
    })

    test('reading the snapshot before the frame does not cancel the notification', async () => {
      const { client, environment, listener } = await selecting()
      client.setOptions('/chat', { environment, select, notify: 'frame' })
      environment.socket.receive('b1')
      expect(client.getSnapshot().data).toBe('b1')
      await environment.advance(16)
      expect(listener).toHaveBeenCalledOnce()
    })
  })
})

describe('a snapshot', () => {
  test('is frozen, and the same object until something has changed', async () => {
    const { client, environment } = await openHarness()
    environment.socket.receive('x')
    const before = client.getSnapshot()
    expect(Object.isFrozen(before)).toBe(true)
    environment.socket.receive('x')
    client.setOptions('/chat', { environment, onMessage: () => {} })
    await environment.advance(10_000)
    expect(client.getSnapshot()).toBe(before)
    environment.socket.receive('y')
    expect(client.getSnapshot()).not.toBe(before)
    expect(before.data).toBe('x')
  })
})
