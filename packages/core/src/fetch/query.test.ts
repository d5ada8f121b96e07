import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyFetchOptions } from './index.ts'
import { client, createEnvironment } from '../../test/fetch/harness.ts'

/** Returns the URL that is sent; throws the error of a request that is not sent. */
async function sentUrl(url: string, { select: _, ...options }: AnyFetchOptions): Promise<string> {
  const environment = createEnvironment()
  const failed = client(environment, url, { retry: false, ...options }).execute()
  await Promise.race([environment.advance(0), failed])
  if (environment.requests.length === 0) await failed
  return environment.request.url
}

const queryOf = async (query: unknown, options: AnyFetchOptions = {}) =>
  (await sentUrl('/api', { ...options, query: query as never })).replace('https://test.example/api', '')

describe('[query] the option query', () => {
  test('sends a date as ISO text, and repeats the name of an array', async () => {
    const at = new Date('2026-11-28T10:00:00Z')
    const text = '2026-11-28T10%3A00%3A00.000Z'
    expect(await queryOf({ at, days: [at, 1] })).toBe(`?at=${text}&days=${text}&days=1`)
    expect(await queryOf({ at: { toISOString: () => 'of a library' } })).toBe('?at=of%20a%20library')
  })

  test('may be a Map or a list of pairs', async () => {
    expect(await queryOf(new Map([['a', 1]]))).toBe('?a=1')
    expect(await queryOf([['a', [1, 2]]])).toBe('?a=1&a=2')
  })

  test('replaces half of an emoji, as a URL does', async () => {
    expect(await queryOf({ q: '\ud83d', r: '\u{1f600}' })).toBe('?q=%EF%BF%BD&r=%F0%9F%98%80')
  })

  test.for([
    ['an object', { filter: { a: 1 } }],
    ['an object in an array', { filter: [{ a: 1 }] }],
    ['an array in an array', { filter: [['a']] }],
    ['a Map', { filter: new Map([['a', 1]]) }],
    ['a Set', { filter: new Set(['a']) }],
    ['a ref', { filter: { value: 'a', __v_isRef: true } }],
    ['a function', { filter: () => 'a' }],
    ['a symbol', { filter: Symbol('a') }],
    ['an object without a prototype', { filter: Object.create(null) as unknown }],
    ['an invalid date', { filter: new Date(Number.NaN) }],
  ] as const)('refuses %s, with an error that says what to do', async ([, query]) => {
    await expect(queryOf(query)).rejects.toMatchObject({
      code: 'bad-option',
      option: 'query',
      message: expect.stringContaining('serializeQuery') as string,
    })
  })

  test('serializeQuery writes any query', async () => {
    const serializeQuery = (query: object) => `q=${encodeURIComponent(JSON.stringify(query))}`
    expect(await queryOf({ filter: { a: 1 } }, { serializeQuery })).toBe(
      '?q=%7B%22filter%22%3A%7B%22a%22%3A1%7D%7D',
    )
    expect(await queryOf({}, { serializeQuery: () => '' })).toBe('')
    const wrong = () => {
      throw new Error('no')
    }
    await expect(queryOf({ a: 1 }, { serializeQuery: wrong })).rejects.toMatchObject({ code: 'bad-option' })
  })
})

test('[query] a URL is sent as it is written, and the query is appended', async () => {
  const part = fc.stringMatching(/^[\w.~+%=*!'()-]{0,6}$/).filter((text) => !text.includes('%'))
  const escaped = fc.constantFrom(
    '%20',
    '%2f',
    '%2F',
    '+',
    '~',
    'sig=a+b%2Fc',
    'flag',
    'empty=',
    'a=1&a=2',
    '&',
    '',
  )
  const written = fc.array(fc.oneof(part, escaped), { maxLength: 4 }).map((parts) => parts.join('&'))
  await fc.assert(
    fc.asyncProperty(written, fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }), async (own, query) => {
      const url = `https://other.example/a%2fb${own && '?'}${own}`.replaceAll("'", '%27')
      const sent = await sentUrl(url, { query })
      expect(sent.startsWith(url)).toBe(true)
      const added = new URLSearchParams(sent.slice(url.length))
      const wellFormed = (text: string) => new URLSearchParams({ text }).get('text')
      expect([...added].map(([name, value]) => [name, value])).toEqual(
        Object.entries(query).map(([name, value]) => [wellFormed(name), wellFormed(value)]),
      )
    }),
    { numRuns: 200 },
  )
})
