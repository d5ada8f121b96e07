// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Outcome } from '../shared/outcome.ts'
import { foreverFrameTransport } from './transport.ts'

const frames = () => [...document.querySelectorAll('iframe')]
const globalNames = () => Reflect.ownKeys(window).filter((name) => String(name).startsWith('tautline'))
const callbackOf = (frame: HTMLIFrameElement) => new URL(frame.src).searchParams.get('callback') ?? ''
/** Calls the function of the page as a script of the document does. */
const call = (frame: HTMLIFrameElement, ...parameters: unknown[]) =>
  Reflect.get(window, callbackOf(frame))(...parameters)

function open(path = '/live/frame?after=7', origin: string = location.origin) {
  const events: unknown[][] = []
  const note =
    (name: string) =>
    (...values: unknown[]) =>
      void events.push([name, ...values])
  const outcomes: Outcome[] = []
  const handle = foreverFrameTransport(
    {
      url: new URL(path, origin),
      signal: new AbortController().signal,
      callbackParameter: 'callback',
    },
    {
      opened: () => note('opened')(),
      message: note('message'),
      activity: note('activity'),
      provedUseful: note('provedUseful'),
      cursor: note('cursor'),
      serverDelay: note('serverDelay'),
      ended: (outcome) => void outcomes.push(outcome),
    },
  )
  return { handle, events, outcomes, frame: frames().at(-1) as HTMLIFrameElement } // the newest one
}

const load = (frame: HTMLIFrameElement) => frame.dispatchEvent(new Event('load'))
const messageOf = (outcome: Outcome | undefined) =>
  outcome && 'error' in outcome ? String(outcome.error?.message) : ''

beforeEach(() => vi.spyOn(document, 'readyState', 'get').mockReturnValue('complete'))
afterEach(() => {
  vi.restoreAllMocks()
  document.querySelectorAll('iframe').forEach((frame) => frame.remove())
})

describe('the hidden iframe', () => {
  test('gets the URL with the name of a function, and is neither shown nor allowed to navigate', () => {
    const { frame, handle } = open('/live/frame?a=%20b')
    const url = new URL(frame.src)
    expect(url.search).toMatch(/^\?a=%20b&callback=tautline\w{15,}$/)
    expect(frame.hidden).toBe(true)
    expect(frame.getAttribute('sandbox')).toBe('allow-scripts allow-same-origin')
    handle.close()
  })

  test('waits for the load event of the page', () => {
    vi.spyOn(document, 'readyState', 'get').mockReturnValue('interactive')
    const { handle } = open()
    expect(frames()).toEqual([])
    window.dispatchEvent(new Event('load'))
    expect(frames().length).toBe(1)
    handle.close()
    expect(frames()).toEqual([])
  })

  test('is not attached if it is closed before the load event', () => {
    vi.spyOn(document, 'readyState', 'get').mockReturnValue('loading')
    open().handle.close()
    window.dispatchEvent(new Event('load'))
    expect(frames()).toEqual([])
  })

  test('is removed by close(), and nothing global stays', () => {
    const { handle } = open()
    expect(globalNames().length).toBe(1)
    expect(Object.keys(window).filter((name) => name.startsWith('tautline'))).toEqual([])
    handle.close()
    handle.close()
    expect([frames(), globalNames()]).toEqual([[], []])
  })

  test('is removed when its document ends', () => {
    const { frame, outcomes } = open()
    call(frame)
    load(frame)
    expect([frames(), globalNames()]).toEqual([[], []])
    expect(outcomes).toEqual([
      { kind: 'retryable', error: expect.objectContaining({ code: 'closed', closeCode: 1000 }) },
    ])
  })

  test('several work at once, each with a name of its own', () => {
    const [one, other] = [open(), open()]
    expect(callbackOf(one.frame)).not.toBe(callbackOf(other.frame))
    call(other.frame, 'b', '2')
    call(one.frame, 'a', '1')
    expect(one.events.at(-1)).toEqual(['message', 'a', '1'])
    expect(other.events.at(-1)).toEqual(['message', 'b', '2'])
    one.handle.close()
    expect(frames()).toEqual([other.frame])
    other.handle.close()
    expect(globalNames()).toEqual([])
  })
})

describe('a call of the document', () => {
  test('opens the transport; without a message it is a sign of life', () => {
    const { frame, events, handle } = open()
    call(frame)
    call(frame)
    expect(events).toEqual([['opened'], ['activity'], ['activity']])
    handle.close()
  })

  test.each([
    [
      ['text', '7'],
      ['text', '7'],
    ],
    [
      [{ seq: 7 }, 7],
      ['{"seq":7}', '7'],
    ],
    [['no ID'], ['no ID', undefined]],
    [
      ['no ID', null],
      ['no ID', undefined],
    ],
    [
      [null, 0],
      ['null', '0'],
    ],
    [
      ['', ''],
      ['', ''],
    ],
  ])('with %j is the message %j', (parameters, expected) => {
    const { frame, events, handle } = open()
    call(frame, ...parameters)
    expect(events).toEqual([['opened'], ['message', ...expected]])
    handle.close()
  })
})

describe('a document that calls nothing', () => {
  test('may be a login page', () => {
    const { frame, outcomes } = open()
    load(frame)
    expect(outcomes[0]).toMatchObject({ kind: 'retryable', error: { code: 'connect-failed' } })
    expect(messageOf(outcomes[0])).toContain('login page')
    expect([frames(), globalNames()]).toEqual([[], []])
  })

  test('may be that of another origin, or of an error of the browser', () => {
    const { frame, outcomes } = open()
    vi.spyOn(frame, 'contentDocument', 'get').mockReturnValue(null)
    load(frame)
    expect(messageOf(outcomes[0])).toContain('could not be loaded')
  })
})

describe('an error', () => {
  test('a URL of another origin is fatal, and no secret of it is in the message', () => {
    const { outcomes } = open('/live?token=secret', 'https://other.example')
    expect(outcomes[0]).toMatchObject({ kind: 'fatal', error: { code: 'bad-url' } })
    expect(messageOf(outcomes[0])).toContain('https://other.example')
    expect(messageOf(outcomes[0])).not.toContain('secret')
    expect([frames(), globalNames()]).toEqual([[], []])
  })

  test('without a page it is fatal', () => {
    const url = new URL('/live', location.href)
    vi.stubGlobal('document', undefined)
    const outcomes: Outcome[] = []
    const nothing = () => undefined
    foreverFrameTransport(
      { url, signal: new AbortController().signal, callbackParameter: 'callback' },
      {
        opened: nothing,
        message: nothing,
        activity: nothing,
        provedUseful: nothing,
        cursor: nothing,
        serverDelay: nothing,
        ended: (outcome) => void outcomes.push(outcome),
      },
    ).close()
    vi.unstubAllGlobals()
    expect(outcomes).toEqual([{ kind: 'fatal', error: expect.objectContaining({ code: 'unsupported' }) }])
  })
})
