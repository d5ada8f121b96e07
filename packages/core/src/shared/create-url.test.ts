import { afterEach, describe, expect, test, vi } from 'vitest'
import { createUrl, queryNameOf } from './create-url.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const BASE = 'https://user:pw@api.example:8443/v1/users/list?page=1#top'
const PARTS = [
  'href',
  'protocol',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
  'origin',
] as const
const partsOf = (url: URL) => PARTS.map((part) => url[part])

const URLS: [text: string, base?: string][] = [
  ['https://api.example'],
  ['HTTPS://API.example/Users?a=1&b=%20#x'],
  ['http://a:80/'],
  ['wss://a:443/b'],
  ['ws://[::1]:9000/socket'],
  ['https://a/b/../c/./d'],
  ['https://a/b/..'],
  ['https://a/é ü?q=é ü#é'],
  ['  https://a/b \n'],
  ['https://a?b'],
  ['https://a\\b\\c?d\\e'],
  ['https://good.example\\@bad.example/'],
  ['https://user@a/'],
  ['https://127.0.0.1:3000/x'],
  ['data:text/plain,hi'],
  ['/users', BASE],
  ['users', BASE],
  ['../users?x', BASE],
  ['?page=2', BASE],
  ['#end', BASE],
  ['', BASE],
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
    url.searchParams.set('x', 'é&')
    url.searchParams.append('z', '4')
    url.searchParams.delete('y')
    expect(url.searchParams.has('x')).toBe(true)
    expect(String(url)).toBe('wss://a/b?x=%C3%A9%26&z=4')
    expect(JSON.stringify({ url })).toBe('{"url":"wss://a/b?x=%C3%A9%26&z=4"}')
  })

  test("uses the platform's class if it follows the standard", () => {
    expect(createUrl('/b', 'https://a')).toBeInstanceOf(URL)
  })
})

test('the name of a query parameter is decoded', () => {
  expect(['a=1', 'a+b=', '%C3%A9', '%zz=1', ''].map(queryNameOf)).toEqual(['a', 'a b', 'é', '%zz', ''])
})
