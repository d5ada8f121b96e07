import { afterEach, describe, expect, test, vi } from 'vitest'
import { createUrl, queryNameOf } from './create-url.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const BASE = 'https://api.example:8443/v1/users/list?page=1#top'
const PARTS = ['href', 'protocol', 'hostname', 'pathname', 'search', 'hash', 'origin'] as const
const partsOf = (url: URL) => PARTS.map((part) => url[part])

const URLS: [text: string, base?: string][] = [
  ['https://api.example'],
  ['https://api.example/Users?a=1&b=%20#x'],
  ['ws://[::1]:9000/socket'],
  ['https://a/é ü?q=é ü#é'],
  ['  https://a/b \n'],
  ['https://a?b'],
  ['https://127.0.0.1:3000/x'],
  ['/users', BASE],
  ['wss://other.example/x', BASE],
]

describe("[react-native] URLs without the platform's class", () => {
  test.each(URLS)('%j with the base %j has the same parts', (text, base) => {
    const expected = partsOf(new URL(text, base))
    vi.stubGlobal('URL', undefined)
    expect(partsOf(createUrl(text, base))).toEqual(expected)
  })

  test.each([['users'], ['https://'], ['https://a b/'], ['https://a:x/'], ['//a/b'], ['']])(
    '%j throws',
    (text) => {
      expect(() => new URL(text)).toThrow(TypeError)
      vi.stubGlobal('URL', undefined)
      expect(() => createUrl(text)).toThrow(TypeError)
    },
  )

  test('changes with its query and its fragment', () => {
    vi.stubGlobal('URL', undefined)
    const url = createUrl('https://a/b?x=1&y=2&x=3#h')
    url.hash = ''
    url.search += '&z=%C3%A9'
    expect(url.href).toBe('https://a/b?x=1&y=2&x=3&z=%C3%A9')
  })

  test.each(['users', '?page=2', '//other.example/x'])(
    '%j with a base throws, since only a path is supported',
    (text) => {
      vi.stubGlobal('URL', undefined)
      expect(() => createUrl(text, BASE)).toThrow(TypeError)
    },
  )

  test('a user name and a host after a backslash throw', () => {
    vi.stubGlobal('URL', undefined)
    expect(() => createUrl('https://user:pw@a/')).toThrow(TypeError)
    expect(() => createUrl('https://good.example\\@bad.example/')).toThrow(TypeError)
  })

  test("uses the platform's class if it follows the standard", () => {
    expect(createUrl('/b', 'https://a')).toBeInstanceOf(URL)
  })
})

test('the name of a query parameter is decoded', () => {
  expect(['a=1', 'a+b=', '%C3%A9', '%zz=1', ''].map(queryNameOf)).toEqual(['a', 'a b', 'é', '%zz', ''])
})
