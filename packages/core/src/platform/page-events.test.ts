import { describe, expect, test } from 'vitest'
import { extendEnvironment } from '../../test/web-socket/harness.ts'
import { createTestEnvironment } from '../testing/index.ts'
import type { PageEvent } from './environment.ts'
import { pageEventsOf } from './page-events.ts'

describe('the page events of an environment', () => {
  const setUp = () => {
    const environment = createTestEnvironment()
    const pageEvents = pageEventsOf(environment)
    const listen = () => {
      const received: PageEvent[] = []
      return { received, stop: pageEvents.listen((pageEvent) => received.push(pageEvent)) }
    }
    return { environment, pageEvents, listen }
  }

  test('are one object for an environment, and another for another one', () => {
    const environment = createTestEnvironment()
    expect(pageEventsOf(environment)).toBe(pageEventsOf(environment))
    expect(pageEventsOf(createTestEnvironment())).not.toBe(pageEventsOf(environment))
  })

  test('need one subscription, from the first listener to the last', () => {
    const { environment, listen } = setUp()
    expect(environment.listeners).toBe(0)
    const [first, second] = [listen(), listen()]
    expect(environment.listeners).toBe(1)
    first.stop()
    first.stop()
    environment.emitPageEvent('offline')
    expect([first.received, second.received, environment.listeners]).toEqual([[], ['offline'], 1])
    second.stop()
    expect(environment.listeners).toBe(0)
  })

  test.for<[emitted: PageEvent[], late: PageEvent[]]>([
    [[], []],
    [['offline'], ['offline']],
    [['offline', 'online'], []],
    [
      ['hidden', 'offline', 'pagehide'],
      ['hidden', 'offline', 'pagehide'],
    ],
    [['hidden', 'offline', 'pagehide', 'pageshow', 'visible'], ['offline']],
    [['online', 'visible', 'pageshow', 'wake', 'slept'], []],
  ])('after %s a late listener receives %s', ([emitted, late]) => {
    const { environment, listen } = setUp()
    const first = listen()
    for (const pageEvent of emitted) environment.emitPageEvent(pageEvent)
    const { received } = listen()
    expect([first.received, received]).toEqual([emitted, late])
  })

  test('the state is forgotten with the last listener, since later events are not received', () => {
    const { environment, listen } = setUp()
    const { stop } = listen()
    environment.emitPageEvent('offline')
    stop()
    expect(listen().received).toEqual([])
  })

  test('a page that is hidden from the start is reported to all listeners', () => {
    const hidden = extendEnvironment(createTestEnvironment(), {
      onPageEvent(listener) {
        listener('hidden')
        return () => {}
      },
    })
    const received: PageEvent[] = []
    for (let count = 0; count < 2; count++)
      pageEventsOf(hidden).listen((pageEvent) => received.push(pageEvent))
    expect(received).toEqual(['hidden', 'hidden'])
  })

  test('reach the other listeners if one throws, and its error is reported', () => {
    const { environment, pageEvents, listen } = setUp()
    pageEvents.listen(() => {
      throw new Error('broken')
    })
    const { received } = listen()
    environment.emitPageEvent('pagehide')
    expect([received, environment.errors]).toEqual([['pagehide'], [new Error('broken')]])
  })
})
