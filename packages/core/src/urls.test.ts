import { describe, expect, test } from 'vitest'
import { type TautlineError, isTautlineError } from './errors.ts'
import { toHttpUrl, toWebSocketUrl } from './urls.ts'

const BASE = 'https://page.example/app/index.html'

function refusal(value: unknown, base: string | undefined, make = toWebSocketUrl): TautlineError<'bad-url'> {
  try {
    make(value, base)
  } catch (error) {
    if (isTautlineError(error, 'bad-url')) return error
    throw error
  }
  throw new Error(`"${String(value)}" was not refused`)
}

describe('the URL of a WebSocket', () => {
  test.each([
    ['/chat', BASE, 'wss://page.example/chat'],
    ['chat?room=1', BASE, 'wss://page.example/app/chat?room=1'],
    ['../chat', BASE, 'wss://page.example/chat'],
    ['//other.example/chat', BASE, 'wss://other.example/chat'],
    ['/chat', 'http://localhost:5173/', 'ws://localhost:5173/chat'],
    ['/chat', 'ws://localhost:5173/', 'ws://localhost:5173/chat'],
    ['http://a.example', undefined, 'ws://a.example/'],
    ['https://a.example:8443/x', undefined, 'wss://a.example:8443/x'],
    ['ws://a.example:80/x', undefined, 'ws://a.example/x'],
    ['WSS://A.Example/X', undefined, 'wss://a.example/X'],
    ['wss://a.example/x?token=s3cret', undefined, 'wss://a.example/x?token=s3cret'],
    [new URL('https://a.example/x'), undefined, 'wss://a.example/x'],
  ])('%s on %s is %s', (value, base, href) => {
    expect(toWebSocketUrl(value, base).href).toBe(href)
  })

  test('a URL object that is given stays as it is', () => {
    const given = new URL('https://a.example/x')
    toWebSocketUrl(given, undefined)
    expect(given.href).toBe('https://a.example/x')
  })
})

describe('what is refused', () => {
  test.each([
    ['ftp://a.example/', 'use ws:, wss:, http:, https:'],
    ['javascript:alert(1)', 'use ws:, wss:, http:, https:'],
    ['data:text/plain,x', 'use ws:, wss:, http:, https:'],
    ['blob:https://a.example/1', 'use ws:, wss:, http:, https:'],
    ['httpx://a.example/', 'use ws:, wss:, http:, https:'],
    ['wss://a.example/#top', 'no fragment'],
    ['/chat#top', 'no fragment'],
    ['wss://', 'not a URL'],
    ['https://a b.example/', 'not a URL'],
    ['wss://a.example:99999/', 'not a URL'],
  ])('%s: %s', (value, why) => {
    expect(refusal(value, BASE).message).toContain(why)
  })

  test('a relative URL where nothing says to what', () => {
    expect(refusal('/chat', undefined).message).toContain('environment.baseUrl')
  })

  test.each([
    'ftp://user:s3cret@a.example/x?token=s3cret#s3cret',
    'wss://user:s3cret@a.example/x?token=s3cret#s3cret',
    'wss://user:s3cret@a.example:99999/',
    'https://user:s3cret@a b.example/',
    'https://user:1/s3cret@a.example/#top',
    'https://user:x?s3cret@a.example/',
    'ftp:user:s3cret@a.example/',
    'wss:user:s3cret@a.example/#top',
    'wss:\\\\user:s3cret@a.example/#top',
    '/chat?next=https://me@s3cret.example/#top',
    '/chat?token=s3cret\n&more=s3cret#top',
  ])('its secrets are in no message, detail or cause: %s', (value) => {
    const error = refusal(value, BASE)
    const said = [error.message, JSON.stringify(error.detail), String(error.cause), error.stack].join(' ')
    expect(said).not.toContain('s3cret')
    expect(error.detail.url.length).toBeGreaterThan(0)
  })

  test('what is said still names the place', () => {
    expect(refusal('ftp://a.example/feeds?token=1', BASE).detail.url).toBe('ftp://a.example/feeds')
  })
})

describe('the URL of a request', () => {
  test.each([
    ['/news', BASE, 'https://page.example/news'],
    ['news?topic=1', BASE, 'https://page.example/app/news?topic=1'],
    ['../news', BASE, 'https://page.example/news'],
    ['//other.example/news', BASE, 'https://other.example/news'],
    ['/news#top', BASE, 'https://page.example/news'],
    ['?topic=a#top', BASE, 'https://page.example/app/index.html?topic=a'],
    ['http://a.example', undefined, 'http://a.example/'],
    ['HTTPS://A.Example:443/X', undefined, 'https://a.example/X'],
    ['https://a.example/x?sig=a+b%2Fc', undefined, 'https://a.example/x?sig=a+b%2Fc'],
    [new URL('https://a.example/x#y'), undefined, 'https://a.example/x'],
  ])('%s on %s is %s', (value, base, href) => {
    expect(toHttpUrl(value, base).href).toBe(href)
  })

  test('a URL object that is given stays as it is', () => {
    const given = new URL('https://a.example/x#y')
    toHttpUrl(given, undefined)
    expect(given.href).toBe('https://a.example/x#y')
  })

  test.each([
    ['ws://a.example/', 'use http:, https:'],
    ['wss://a.example/', 'use http:, https:'],
    ['ftp://a.example/', 'use http:, https:'],
    ['data:text/event-stream,data:x', 'use http:, https:'],
    ['blob:https://a.example/1', 'use http:, https:'],
    ['javascript:alert(1)', 'use http:, https:'],
    ['https://user@a.example/', 'put user and password into the headers'],
    ['https://:secret@a.example/', 'put user and password into the headers'],
    ['https://', 'not a URL'],
    ['https://a b.example/', 'not a URL'],
  ])('%s is refused: %s', (value, why) => {
    expect(refusal(value, BASE, toHttpUrl).message).toContain(why)
  })

  test('a relative one is, where nothing says to what', () => {
    expect(refusal('/news', undefined, toHttpUrl).message).toContain('environment.baseUrl')
  })

  test.each([
    'https://user:s3cret@a.example/x?token=s3cret#s3cret',
    'https://s3cret@a.example/',
    'https://user:s3cret@a b.example/',
    'ftp://a.example/x?token=s3cret',
  ])('its secrets are in no message, detail or cause: %s', (value) => {
    const error = refusal(value, BASE, toHttpUrl)
    const said = [error.message, JSON.stringify(error.detail), String(error.cause), error.stack].join(' ')
    expect(said).not.toContain('s3cret')
  })
})
