import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printed } from '../../test/common/printed.ts'
import { type TautlineError, isTautlineError } from './errors.ts'
import { describeServer, toHttpUrl, toWebSocketUrl } from './urls.ts'

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

describe('an invalid URL', () => {
  test.each([
    ['ftp://a.example/', 'use ws:, wss:, http:, https:'],
    ['javascript:alert(1)', 'use ws:, wss:, http:, https:'],
    ['data:text/plain,x', 'use ws:, wss:, http:, https:'],
    ['blob:https://a.example/1', 'use ws:, wss:, http:, https:'],
    ['httpx://a.example/', 'use ws:, wss:, http:, https:'],
    ['wss://a.example/#top', 'remove the fragment'],
    ['/chat#top', 'remove the fragment'],
    ['wss://', 'not a valid URL'],
    ['https://a b.example/', 'not a valid URL'],
    ['wss://a.example:99999/', 'not a valid URL'],
  ])('%s: %s', (value, why) => {
    expect(refusal(value, BASE).message).toContain(why)
  })

  test('a relative URL without a base', () => {
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
  ])('nothing that is printed has its secrets, and its `url` has all of it: %s', (value) => {
    const error = refusal(value, BASE)
    expect(printed(error)).not.toContain('s3cret')
    expect(error.url).toBe(value)
  })

  test.each([
    ['ftp://a.example/feeds?token=1', 'ftp://a.example:'],
    ['wss://me:s3cret@a.example:8443/x#top', 'wss://a.example:8443:'],
    ['data:text/plain,s3cret', 'a data: URL:'],
    ['blob:https://a.example/s3cret', 'a blob: URL:'],
    ['javascript:s3cret', 'a javascript: URL:'],
    ['file:///home/s3cret', 'a file: URL:'],
    ['me:s3cret@a.example', 'the URL:'],
    ['s3cret+scheme:x', 'the URL:'],
    ['https://s3cret:1/x@a.example/#top', 'the server:'],
    ['https://user:p#w@host', 'the given URL:'],
  ])('the message describes %s as "%s"', (value, target) => {
    const { message } = refusal(value, BASE)
    expect(message).toContain(`Cannot connect to ${target} `)
    expect(message).not.toContain('s3cret')
  })

  test('of a megabyte: the message is short, and `url` has the first 8192 characters', () => {
    const { message, url } = refusal(`data:,${'x'.repeat(1_048_576)}`, BASE)
    expect(message.length).toBeLessThan(100)
    expect(url).toHaveLength(8192)
  })

  test('a value that cannot be converted to a string', () => {
    const value = {
      toString() {
        throw new Error('s3cret')
      },
    }
    const error = refusal(value, BASE)
    expect(printed(error)).not.toContain('s3cret')
    expect(error.url).toBe('')
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
    ['https://user@a.example/', 'move user and password into the headers'],
    ['https://:secret@a.example/', 'move user and password into the headers'],
    ['https://', 'not a valid URL'],
    ['https://a b.example/', 'not a valid URL'],
  ])('%s is refused: %s', (value, why) => {
    expect(refusal(value, BASE, toHttpUrl).message).toContain(why)
  })

  test('whose password ends the authority is requested unchanged, and no error contains it', () => {
    expect(describeServer(toHttpUrl('https://me:1#s3cret@a.example/', undefined))).toBe('the server')
  })

  test('a relative URL without a base is rejected', () => {
    expect(refusal('/news', undefined, toHttpUrl).message).toContain('environment.baseUrl')
  })

  test.each([
    'https://user:s3cret@a.example/x?token=s3cret#s3cret',
    'https://s3cret@a.example/',
    'https://user:s3cret@a b.example/',
    'ftp://a.example/x?token=s3cret',
  ])('nothing that is printed has its secrets, and its `url` has all of it: %s', (value) => {
    const error = refusal(value, BASE, toHttpUrl)
    expect(printed(error)).not.toContain('s3cret')
    expect(error.url).toBe(value)
  })
})

describe('any text with a secret in it', () => {
  const SECRET = 's3cret'
  /** Parts of URLs. Most of their combinations are not valid. */
  const piece = fc.constantFrom(
    ...'https: wss: ftp: data: user: // / \\\\ : @ ? # % [ ] . a.example :1 :99999 \n \t é'.split(' '),
  )
  const around = fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 6 })
  const text = fc
    .tuple(around, around)
    .map(([before, behind]) => `${before.join('')}${SECRET}${behind.join('')}`)

  test.each([
    ['a request', toHttpUrl],
    ['a WebSocket', toWebSocketUrl],
  ])('is not shown in messages about the URL of %s, except as its host', (_, make) => {
    const property = fc.property(text, fc.constantFrom(BASE, undefined), (given, base) => {
      const emitted = messageFor(make, given, base)
      // The host is shown, unless a later @ shows that it is really a user name.
      const isHost = URL.canParse(given, base) && new URL(given, base).host.includes(SECRET)
      const isMeant = !given.slice(given.lastIndexOf(SECRET)).includes('@')
      expect(emitted.includes(SECRET)).toBe(isHost && isMeant && emitted.includes(new URL(given, base).host))
    })
    fc.assert(property, { numRuns: 3000 })
  })
})

/** Returns the text that error messages have for a URL, whether it is valid or not. */
function messageFor(make: typeof toHttpUrl, given: string, base: string | undefined): string {
  try {
    return describeServer(make(given, base))
  } catch (error) {
    return printed(error)
  }
}
