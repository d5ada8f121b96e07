import { afterEach, describe, expect, test, vi } from 'vitest'
import { createUrl, queryNameOf } from './create-url.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const BASE = 'https://api.example:8443/v1/users/list?page=1#top'
const PARTS = [
  'href',
  'protocol',
  'host',
  'hostname',

  'pathname',
  'search',
  'hash',
  'origin',
] as const
const partsOf = (url: URL) => PARTS.map((part) => url[part])

const URLS: [text: string, base?: string][] = [
  ['https://api.example'],
  ['HTTPS://API.example/Users?a=1&b=%20#x'],
  ['ws://[::1]:9000/socket'],
  ['https://a/é ü?q=é ü#é'],
  ['  https://a/b \n'],
  ['https://a?b'],
  ['https://127.0.0.1:3000/x'],
  ['/users', BASE],
  ['users', BASE],
  ['?page=2', BASE],
  ['//other.example/x', BASE],
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

  test('changes with its parts and its parameters', () => {
    vi.stubGlobal('URL', undefined)
    const url = createUrl('https://a/b?x=1&y=2&x=3#h')
    url.protocol = 'wss:'
    url.hash = ''
    url.searchParams.append('z', 'é&')
    expect(String(url)).toBe('wss://a/b?x=1&y=2&x=3&z=%C3%A9%26')
  })

  test('a user name is seen, and a host after a backslash is not believed', () => {
    vi.stubGlobal('URL', undefined)
    expect(createUrl('https://user:pw@a/').username).toBe('user:pw')
    expect(() => createUrl('https://good.example\\@bad.example/')).toThrow(TypeError)
  })

  test("uses the platform's class if it follows the standard", () => {
    expect(createUrl('/b', 'https://a')).toBeInstanceOf(URL)
  })
})

test('the name of a query parameter is decoded', () => {
  expect(['a=1', 'a+b=', '%C3%A9', '%zz=1', ''].map(queryNameOf)).toEqual(['a', 'a b', 'é', '%zz', ''])
})
