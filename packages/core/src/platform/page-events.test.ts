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
      const heard: PageEvent[] = []
      return { heard, stop: pageEvents.listen((pageEvent) => heard.push(pageEvent)) }
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
    expect([first.heard, second.heard, environment.listeners]).toEqual([[], ['offline'], 1])
    second.stop()
    expect(environment.listeners).toBe(0)
  })

  test.for<[told: PageEvent[], late: PageEvent[]]>([
    [[], []],
    [['offline'], ['offline']],
    [['offline', 'online'], []],
    [
      ['hidden', 'offline', 'pagehide'],
      ['hidden', 'offline', 'pagehide'],
    ],
    [['hidden', 'offline', 'pagehide', 'pageshow', 'visible'], ['offline']],
    [['online', 'visible', 'pageshow', 'wake'], []],
  ])('after %s a late listener is told %s', ([told, late]) => {
    const { environment, listen } = setUp()
    const first = listen()
    for (const pageEvent of told) environment.emitPageEvent(pageEvent)
    const { heard } = listen()
    expect([first.heard, heard]).toEqual([told, late])
  })

  test('what was unusual is forgotten with the last listener, since nobody hears how it goes on', () => {
    const { environment, listen } = setUp()
    const { stop } = listen()
    environment.emitPageEvent('offline')
    stop()
    expect(listen().heard).toEqual([])
  })

  test('a page that is hidden from the start is so for all listeners', () => {
    const hidden = extendEnvironment(createTestEnvironment(), {
      onPageEvent(listener) {
        listener('hidden')
        return () => {}
      },
    })
    const heard: PageEvent[] = []
    for (let count = 0; count < 2; count++) pageEventsOf(hidden).listen((pageEvent) => heard.push(pageEvent))
    expect(heard).toEqual(['hidden', 'hidden'])
  })
})
