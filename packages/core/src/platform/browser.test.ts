import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { platformEnvironment, resolveEnvironment } from './browser.ts'
import { browserEnvironment } from './full-environment.ts'
import { fetchOf, webSocketOf, xmlHttpRequestOf } from './network.ts'

/** An event target that counts its listeners. */
class CountedTarget extends EventTarget {
  hidden = false
  baseURI = 'https://page.example/app/'
  readonly live = new Map<string, number>()

  get count(): number {
    return [...this.live.values()].reduce((sum, count) => sum + count, 0)
  }

  override addEventListener(type: string, callback: EventListener, options: AddEventListenerOptions): void {
    super.addEventListener(type, callback, options)
    this.live.set(type, (this.live.get(type) ?? 0) + 1)
    options.signal?.addEventListener('abort', () => this.live.set(type, (this.live.get(type) ?? 0) - 1))
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('in Node', () => {
  test('onPageEvent does nothing without a page, and leaves no timer behind', () => {
    const stop = browserEnvironment().onPageEvent(() => expect.unreachable())
    expect(vi.getTimerCount()).toBe(0)
    stop()
  })

  test('requestFrame uses a timer', () => {
    const callback = vi.fn<() => void>()
    browserEnvironment().requestFrame(callback)
    vi.advanceTimersByTime(15)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(callback).toHaveBeenCalledOnce()
  })

  test('there is no base URL', () => {
    expect(browserEnvironment().baseUrl).toBeUndefined()
  })

  test('an error is written to the console, and does not end the process', () => {
    const write = vi.spyOn(console, 'error').mockImplementation(() => {})
    const error = new Error('a handler threw')
    browserEnvironment().reportError(error)
    expect(write).toHaveBeenCalledExactlyOnceWith(error)
    write.mockRestore()
  })
})

test('timers, clock and random numbers are those of the platform', () => {
  const { now, random, setTimeout, clearTimeout } = browserEnvironment()
  const ran: string[] = []
  setTimeout(() => ran.push('kept'), 10)
  clearTimeout(setTimeout(() => ran.push('cleared'), 10))
  vi.advanceTimersByTime(10)
  expect(ran).toEqual(['kept'])
  expect(now()).toBe(1_000_010)
  expect(random()).toBeGreaterThanOrEqual(0)
  expect(random()).toBeLessThan(1)
})

test('the platform has one environment, made on first use', () => {
  expect(browserEnvironment()).toBe(browserEnvironment())
})

describe('in a page', () => {
  let page: CountedTarget
  let tab: CountedTarget
  let events: string[]

  beforeEach(() => {
    page = new CountedTarget()
    tab = new CountedTarget()
    events = []
    vi.stubGlobal('document', page)
    vi.stubGlobal('addEventListener', tab.addEventListener.bind(tab))
  })

  const listen = () => browserEnvironment().onPageEvent((signal) => events.push(signal))

  test('listeners and the timer are added and removed in balance', () => {
    const stops = [listen(), listen()]
    expect(tab.count).toBe(8)
    expect(page.count).toBe(4)
    expect(vi.getTimerCount()).toBe(2)
    for (const stop of stops) stop()
    expect([tab.count, page.count, vi.getTimerCount()]).toEqual([0, 0, 0])
    tab.dispatchEvent(new Event('offline'))
    page.dispatchEvent(new Event('visibilitychange'))
    expect(events).toEqual([])
  })

  test('stopping twice is stopping once', () => {
    const stop = listen()
    stop()
    stop()
    expect([tab.count, page.count]).toEqual([0, 0])
  })

  test('reports online and offline', () => {
    listen()
    tab.dispatchEvent(new Event('offline'))
    tab.dispatchEvent(new Event('online'))
    expect(events).toEqual(['offline', 'online'])
  })

  test('reports visible and hidden, and a hidden page at once', () => {
    page.hidden = true
    listen()
    expect(events).toEqual(['hidden'])
    page.hidden = false
    page.dispatchEvent(new Event('visibilitychange'))
    page.hidden = true
    page.dispatchEvent(new Event('visibilitychange'))
    expect(events).toEqual(['hidden', 'visible', 'hidden'])
  })

  test('a page that goes into the back/forward cache freezes, and one that comes out of it resumes', () => {
    listen()
    tab.dispatchEvent(new Event('pagehide'))
    tab.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    expect(events).toEqual(['pagehide', 'pageshow'])
  })

  test('the first pageshow is not reported', () => {
    listen()
    tab.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }))
    expect(events).toEqual([])
  })

  test('a tab that the browser has frozen and thawed wakes', () => {
    listen()
    page.dispatchEvent(new Event('resume'))
    expect(events).toEqual(['wake'])
  })

  test.each([
    ['no jump', 0, []],
    ['a timer that is a little late', 5000, []],
    ['sleep', 5001, ['wake']],
    ['sleep for a minute', 60_000, ['wake']],
    ['sleep for over a minute', 60_001, ['slept']],
    ['a clock that was set back', -60_000, []],
  ])('wakes when the clock has jumped: %s', (_, jump, expected) => {
    listen()
    vi.advanceTimersByTime(10_000)
    vi.setSystemTime(Date.now() + jump)
    vi.advanceTimersByTime(10_000)
    expect(events).toEqual(expected)
  })

  test('a jump while the page is hidden is not reported, because throttled timers look the same', () => {
    listen()
    page.hidden = true
    vi.setSystemTime(Date.now() + 60_000)
    vi.advanceTimersByTime(10_000)
    expect(events).toEqual([])
  })

  test('wakes once for each sleep', () => {
    listen()
    vi.setSystemTime(Date.now() + 60_000)
    vi.advanceTimersByTime(50_000)
    expect(events).toEqual(['wake'])
  })

  test('the base URL is that of the document', () => {
    expect(browserEnvironment().baseUrl).toBe('https://page.example/app/')
  })

  test('an error is passed to reportError', () => {
    const report = vi.fn<(error: unknown) => void>()
    vi.stubGlobal('reportError', report)
    browserEnvironment().reportError('x')
    expect(report).toHaveBeenCalledExactlyOnceWith('x')
  })
})

describe('in a worker', () => {
  test('there is a network and no page', () => {
    const worker = new CountedTarget()
    const events: string[] = []
    vi.stubGlobal('addEventListener', worker.addEventListener.bind(worker))
    vi.stubGlobal('location', { href: 'https://page.example/worker.js' })
    const stop = browserEnvironment().onPageEvent((signal) => events.push(signal))
    worker.dispatchEvent(new Event('offline'))
    vi.setSystemTime(Date.now() + 60_000)
    vi.advanceTimersByTime(10_000)
    expect(events).toEqual(['offline', 'wake'])
    expect(browserEnvironment().baseUrl).toBe('https://page.example/worker.js')
    stop()
    expect([worker.count, vi.getTimerCount()]).toEqual([0, 0])
  })
})

describe('a frame', () => {
  let frames: Map<number, () => void>

  beforeEach(() => {
    frames = new Map()
    vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
      frames.set(frames.size + 1, callback)
      return frames.size
    })
    vi.stubGlobal('cancelAnimationFrame', (handle: number) => frames.delete(handle))
  })

  test('runs the callback once and stops the timer', () => {
    const callback = vi.fn<() => void>()
    browserEnvironment().requestFrame(callback)
    for (const run of frames.values()) run()
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(callback).toHaveBeenCalledOnce()
  })

  test('that does not come is cancelled when the timer runs', () => {
    const callback = vi.fn<() => void>()
    browserEnvironment().requestFrame(callback)
    vi.advanceTimersByTime(99)
    expect(callback).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(callback).toHaveBeenCalledOnce()
    expect(frames.size).toBe(0)
  })
})

describe('an environment of one’s own', () => {
  test('is filled up with that of the platform, and the same overrides return the same object', () => {
    const own = { random: () => 0.25 }
    const environment = resolveEnvironment(own)
    expect(environment.random()).toBe(0.25)
    expect(environment.now).toBe(browserEnvironment().now)
    expect(resolveEnvironment(own)).toBe(environment)
    expect(resolveEnvironment({ random: own.random })).not.toBe(environment)
    expect(resolveEnvironment(undefined)).toBe(platformEnvironment())
  })

  test('may have no WebSocket, and may decide again each time', () => {
    let base = 'https://a.example/'
    const own = {
      WebSocket: undefined,
      get baseUrl() {
        return base
      },
    }
    const environment = resolveEnvironment(own)
    expect(webSocketOf(environment)).toBeUndefined()
    base = 'https://b.example/'
    expect(environment.baseUrl).toBe('https://b.example/')
  })

  test('without a WebSocket of its own, the current one of the platform is used', () => {
    const Other = function Other() {}
    vi.stubGlobal('WebSocket', Other)
    expect(browserEnvironment().WebSocket).toBe(Other)
    expect(webSocketOf(resolveEnvironment({}))).toBe(Other)
  })

  test('with a fetch of its own, requests do not use the XMLHttpRequest of the platform', () => {
    const Xhr = vi.fn<() => XMLHttpRequest>()
    vi.stubGlobal('XMLHttpRequest', Xhr)
    const fetch = async () => new Response()
    expect(fetchOf(resolveEnvironment({ fetch }))).toBe(fetch)
    expect(xmlHttpRequestOf(resolveEnvironment({}))).toBe(Xhr)
    expect(xmlHttpRequestOf(resolveEnvironment({ fetch }))).toBeUndefined()
    expect(xmlHttpRequestOf(resolveEnvironment({ fetch, XMLHttpRequest: Xhr }))).toBe(Xhr)
    expect(xmlHttpRequestOf(resolveEnvironment(browserEnvironment()))).toBe(Xhr)
  })

  test('the base URL follows that of the page', () => {
    const page = { baseURI: 'https://page.example/one/' }
    vi.stubGlobal('document', page)
    const environment = resolveEnvironment({ random: () => 0.25 })
    expect(environment.baseUrl).toBe('https://page.example/one/')
    page.baseURI = 'https://page.example/two/'
    expect(environment.baseUrl).toBe('https://page.example/two/')
  })
})

test('a platform without a document is a server, unless it is a worker with a location', () => {
  const { isServer } = browserEnvironment()
  expect(isServer).toBe(true)
  vi.stubGlobal('WorkerGlobalScope', vi.fn())
  expect(browserEnvironment().isServer).toBe(true)
  vi.stubGlobal('location', { href: 'https://page.example/worker.js' })
  expect(browserEnvironment().isServer).toBe(false)
  vi.unstubAllGlobals()
})
