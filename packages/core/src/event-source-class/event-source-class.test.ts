import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { openHarness, createHarness } from '../../test/event-source-class/harness.ts'
import { EventSource } from './index.ts'
import { createTestEnvironment } from '../testing/index.ts'

// HTML standard, section 9.2.2: the object and its attributes.

const environmentAt = (baseUrl: string | undefined) => ({ environment: createTestEnvironment({ baseUrl }) })
const at = (url: unknown, baseUrl: string | undefined = 'https://a.example/dir/page?q#f') =>
  // Other types are passed on purpose, to test their conversion by Web IDL.
  new EventSource(url as string, environmentAt(baseUrl)).url

describe('9.2.2: the URL', () => {
  test.each([
    ['an absolute one', 'https://b.example/x', 'https://b.example/x'],
    ['a relative one', 'x', 'https://a.example/dir/x'],
    ['with a path from the root', '/x?y', 'https://a.example/x?y'],
    ['without a scheme', '//b.example', 'https://b.example/'],
    ['an empty one, which is the page', '', 'https://a.example/dir/page?q'],
    ['a fragment, which stays', 'x#y', 'https://a.example/dir/x#y'],
    ['with spaces around it', '  x\n', 'https://a.example/dir/x'],
    ['letters that have to be escaped', 'é?ü', 'https://a.example/dir/%C3%A9?%C3%BC'],
    ['one that only half a character ends', 'x\uD800', 'https://a.example/dir/x%EF%BF%BD'],
    ['null', null, 'https://a.example/dir/null'],
    ['undefined', undefined, 'https://a.example/dir/undefined'],
    ['a number', 7, 'https://a.example/dir/7'],
    ['a URL object', new URL('https://b.example/x#y'), 'https://b.example/x#y'],
    ['an object with toString', { toString: () => 'x' }, 'https://a.example/dir/x'],
  ])('%s is resolved against the page', (_, url, expected) => {
    expect(at(url)).toBe(expected)
  })

  test.each([
    ['http://this is invalid/', 'https://a.example/'],
    ['https://', 'https://a.example/'],
    ['http://a:99999/', 'https://a.example/'],
    ['/x', undefined],
    ['x', 'about:blank'],
  ])('%j at %j is a SyntaxError, and no request', (url, baseUrl) => {
    const init = environmentAt(baseUrl)
    let error: unknown
    try {
      expect(new EventSource(url, init)).toBe('never made')
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(DOMException)
    expect(error).toMatchObject({ name: 'SyntaxError', code: 12 })
    expect(init.environment.requests).toEqual([])
  })

  test('the error does not contain the invalid URL, which may have a token', () => {
    expect(() => at('http://a b/?token=SECRET')).toThrow(expect.not.stringContaining('SECRET'))
  })

  test('an error thrown by its toString is not caught', () => {
    const broken = {
      toString() {
        throw new RangeError('mine')
      },
    }
    expect(() => at(broken)).toThrow(RangeError)
    expect(() => at(Symbol('x'))).toThrow(TypeError)
  })

  test('the URL and `new` are required', () => {
    expect(() => Reflect.construct(EventSource, [])).toThrow(TypeError)
    expect(() => Reflect.apply(EventSource, undefined, ['/x'])).toThrow(TypeError)
    expect(EventSource.length).toBe(1)
    expect(EventSource.name).toBe('EventSource')
  })
})

describe('9.2.2: withCredentials', () => {
  test.each([
    [undefined, false],
    [null, false],
    [{}, false],
    [{ withCredentials: undefined }, false],
    [{ withCredentials: false }, false],
    [{ withCredentials: true }, true],
    [{ withCredentials: 'yes' }, true],
    [{ withCredentials: 0 }, false],
  ])('%j gives %j', (init, expected) => {
    const source = new EventSource('https://a.example/', init as EventSourceInit) // WebIDL converts the rest
    expect(source.withCredentials).toBe(expected)
    source.close()
  })

  test.each([1, 'x', true, Symbol('x')])('an init that is no object, such as %s, is a TypeError', (init) => {
    expect(() => Reflect.construct(EventSource, ['https://a.example/', init])).toThrow(TypeError)
  })
})

describe('9.2.2: the object', () => {
  test.each([
    ['CONNECTING', 0],
    ['OPEN', 1],
    ['CLOSED', 2],
  ])('%s is %d on the class, its prototype and each object, and stays so', (name, value) => {
    const { source } = createHarness()
    for (const owner of [EventSource, EventSource.prototype]) {
      expect(Object.getOwnPropertyDescriptor(owner, name)).toEqual({
        value,
        writable: false,
        enumerable: true,
        configurable: false,
      })
    }
    expect(Reflect.get(source, name)).toBe(value)
    expect(Reflect.set(source, name, 7)).toBe(false)
  })

  test('has the members of the interface and no other of its own', () => {
    const { source } = createHarness()
    expect(Object.keys(source)).toEqual([])
    const members = 'CLOSED CONNECTING OPEN close onerror onmessage onopen readyState url withCredentials'
    expect(Object.keys(EventSource.prototype).toSorted().join(' ')).toBe(members)
    expect(Object.prototype.toString.call(source)).toBe('[object EventSource]')
    expect(source).toBeInstanceOf(EventTarget)
  })

  test.each(['url', 'withCredentials', 'readyState'])('%s is read-only', (name) => {
    const { source } = createHarness()
    const before: unknown = Reflect.get(source, name)
    expect(Reflect.set(source, name, 'other')).toBe(false)
    expect(Reflect.get(source, name)).toBe(before)
  })

  test('its members refuse other objects', () => {
    const { get } = Object.getOwnPropertyDescriptor(EventSource.prototype, 'readyState') ?? {}
    expect(() => get?.call({})).toThrow(TypeError)
    expect(() => EventSource.prototype.close.call({})).toThrow(TypeError)
  })

  test('every object has what is added to the prototype', () => {
    Object.defineProperty(EventSource.prototype, 'added', { value: 7, configurable: true })
    expect(createHarness().source).toHaveProperty('added', 7)
    Reflect.deleteProperty(EventSource.prototype, 'added')
  })

  test('it can be extended', async () => {
    class Named extends EventSource {
      readonly name = 'mine'
    }
    const environment = createTestEnvironment()
    const source = new Named('/x', { environment })
    await environment.advance(0)
    expect([source.name, source.readyState, environment.requests.length]).toEqual(['mine', 0, 1])
  })

  test('is accepted where the platform’s EventSource is expected', () => {
    const { source } = createHarness()
    expectTypeOf(source).toExtend<globalThis.EventSource>()
    expectTypeOf(EventSource).toExtend<typeof globalThis.EventSource>()
    const native: globalThis.EventSource = source
    source.addEventListener('message', (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>())
    source.addEventListener('price', (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>())
    source.addEventListener('open', (event) => expectTypeOf(event).toEqualTypeOf<Event>())
    source.onmessage = (event) => expectTypeOf(event).toEqualTypeOf<MessageEvent>()
    expectTypeOf(source.readyState).toEqualTypeOf<0 | 1 | 2>()
    // @ts-expect-error -- there is no such option
    expect(() => new EventSource('https://a.example/', { credentials: 'include' }).close()).not.toThrow()
    expect(native.CLOSED).toBe(2)
  })
})

describe('9.2.2: the event handler attributes', () => {
  test.each(['onopen', 'onmessage', 'onerror'] as const)('%s is null, or what was set', (name) => {
    const { source } = createHarness()
    const handler = () => {}
    const object = {}
    expect(source[name]).toBe(null)
    for (const [given, stored] of [
      [handler, handler],
      [7, null],
      [handler, handler],
      ['x', null],
      [object, object],
      [undefined, null],
    ]) {
      Reflect.set(source, name, given)
      expect(source[name]).toBe(stored)
    }
  })

  test('is called with the object as `this`, and the event', async () => {
    const { source, request, settle } = await openHarness()
    const calls: unknown[] = []
    source.onmessage = function (event) {
      calls.push(this, event.data)
    }
    request.write('data: x\n\n')
    await settle()
    expect(calls).toEqual([source, 'x'])
  })

  test('is called in the order in which it was first set; null removes it', async () => {
    const { source, request, settle } = await openHarness()
    const calls: string[] = []
    const record = (name: string) => () => void calls.push(name)
    source.addEventListener('message', record('one'))
    source.onmessage = record('replaced')
    source.addEventListener('message', record('three'))
    source.onmessage = record('two')
    request.write('data\n\n')
    await settle()
    expect(calls.splice(0)).toEqual(['one', 'two', 'three'])
    source.onmessage = null
    source.onmessage = record('last')
    request.write('data\n\n')
    await settle()
    expect(calls).toEqual(['one', 'three', 'last'])
  })

  test('an object that is not a function is never called, not even its handleEvent', async () => {
    const { source, request, settle, emitted } = await openHarness()
    const handleEvent = vi.fn()
    Reflect.set(source, 'onmessage', { handleEvent })
    request.write('data: x\n\n')
    await settle()
    expect(handleEvent).not.toHaveBeenCalled()
    expect(emitted).toEqual(['open 1', 'message x'])
  })

  test('one that is set to null inside a listener is not called any more', async () => {
    const { source, request, settle } = await openHarness()
    const handler = vi.fn()
    source.addEventListener('message', () => (source.onmessage = null))
    source.onmessage = handler
    request.write('data: x\n\n')
    await settle()
    expect(handler).not.toHaveBeenCalled()
  })

  test('objects do not share them', () => {
    const [one, other] = [createHarness().source, createHarness().source]
    one.onopen = () => {}
    expect(other.onopen).toBe(null)
  })
})

describe('9.2.2: EventTarget', () => {
  test('a listener can be an object, be called once, stop the others, be removed and be aborted', async () => {
    const { source, request, settle } = await openHarness()
    const calls: string[] = []
    const removed = () => void calls.push('removed')
    source.addEventListener('news', { handleEvent: ({ type }: Event) => void calls.push(type) })
    source.addEventListener('news', () => void calls.push('once'), { once: true })
    source.addEventListener('news', () => void calls.push('aborted'), { signal: AbortSignal.abort() })
    source.addEventListener('news', removed)
    source.removeEventListener('news', removed)
    source.addEventListener('stop', (event) => event.stopImmediatePropagation())
    source.addEventListener('stop', () => void calls.push('after stop'))
    request.write('event: news\ndata\n\nevent: news\ndata\n\nevent: stop\ndata\n\n')
    await settle()
    expect(calls).toEqual(['news', 'once', 'news'])
  })

  test('its handlers receive events that a page dispatches', () => {
    const { source, emitted } = createHarness()
    source.dispatchEvent(new MessageEvent('message', { data: 'mine' }))
    expect(emitted).toEqual(['message mine'])
  })
})
