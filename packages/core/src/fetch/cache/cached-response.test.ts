import { describe, expect, test } from 'vitest'
import { text } from '../../shared/codec.ts'
import { CachedResponse } from './cached-response.ts'
import type { DecodedData } from './optimistic-data.ts'

const NOW = 1_000_000

/** The cached response to a request, with this body. */
function cache(raw: string, type = 'application/json', status = 200) {
  const cached = new CachedResponse()
  const respond = (body: string, usedCodecs: Parameters<CachedResponse['setResponse']>[1] = new Set()) =>
    cached.setResponse(
      {
        status,
        url: 'https://test.example/',
        headers: new Headers({ 'content-type': type, etag: '"1"' }),
        raw: body,
        size: body.length,
        requestedAt: NOW,
        receivedAt: NOW,
      },
      usedCodecs,
    )
  respond(raw)
  return { cached, respond }
}

const failing = {
  decode(): never {
    throw new Error('not decodable')
  },
}

describe('the raw body', () => {
  test('of parsed JSON is dropped: a second codec gets the data as compact JSON', () => {
    const { cached } = cache('{ "name": "Ada" }')
    cached.decodedBy(undefined)
    expect(cached.decodedBy(text())?.shownValue).toBe('{"name":"Ada"}')
  })

  test('is unchanged for the first codec', () => {
    const { cached } = cache('{ "name": "Ada" }')
    expect(cached.decodedBy(text())?.shownValue).toBe('{ "name": "Ada" }')
  })

  test('of text stays: a second codec gets the same text', () => {
    const { cached } = cache('Ada', 'text/plain')
    cached.decodedBy(undefined)
    expect(cached.decodedBy(text())?.shownValue).toBe('Ada')
  })
})

describe('data of unused codecs', () => {
  const upperCase = { decode: (raw: unknown) => String(raw).toUpperCase() }

  /** Decodes with two codecs or three, removes unused data, and tells which codecs decode again. */
  function decodedAgain(codecs: readonly (typeof upperCase | undefined)[], used: readonly number[]) {
    const { cached } = cache('["a"]')
    const before = codecs.map((codec) => cached.decodedBy(codec))
    cached.retainDecoded(() => new Set<DecodedData | undefined>(used.map((index) => before[index])))
    return codecs.map((codec, index) => cached.decodedBy(codec) !== before[index])
  }

  test.for([
    ['two are used', [text(), upperCase], [0, 1], [false, false]],
    ['one of two is used', [text(), upperCase], [1], [true, false]],
    ['parsed JSON is unused', [undefined, upperCase], [1], [false, false]],
    ['only parsed JSON is used', [undefined, upperCase], [0], [false, true]],
    ['the only one is unused', [upperCase], [], [false]],
  ] as const)('if %s', ([, codecs, used, again]) => {
    expect(decodedAgain(codecs as readonly (typeof upperCase | undefined)[], used)).toEqual(again)
  })

  test('are removed with the next response', () => {
    const { cached, respond } = cache('"a"')
    const before = [text(), upperCase].map((codec) => [codec, cached.decodedBy(codec)] as const)
    respond('"b"', new Set([upperCase]))
    const after = before.map(([codec, decoded]) => cached.decodedBy(codec) === decoded)
    expect(after).toEqual([false, true])
    expect(cached.decodedBy(upperCase)?.shownValue).toBe('"B"')
  })
})

describe('a response that the codec cannot decode', () => {
  const previous = () => cache('"old"').cached.decodedBy(undefined)

  test.for([
    ['of the same user, or of anybody', undefined, 'old'],
    ['of the same user', true, 'old'],
    ['of another user', false, undefined],
  ] as const)('shows previous data %s: %s', ([, isSameRequester, data]) => {
    const decoded = cache('"new"').cached.decodedBy(
      failing,
      isSameRequester === false ? undefined : previous(),
    )
    expect(decoded).toMatchObject({ shownValue: data, error: { code: 'decode' } })
  })

  test('is neither fresh nor stored, unless a codec can decode it or nothing was decoded yet', () => {
    const state = (...codecs: readonly (typeof failing | undefined)[]) => {
      const { cached } = cache('"new"')
      for (const codec of codecs) cached.decodedBy(codec)
      cached.dropIfUndecodable()
      return [cached.isUndecodable, cached.freshness?.isStorable]
    }
    expect([state(), state(failing), state(failing, undefined)]).toEqual([
      [false, true],
      [true, false],
      [false, true],
    ])
  })
})

describe('what may be stored', () => {
  test.for([
    [200, true],
    [205, true],
    [206, false],
    [207, true],
  ] as const)('a response with status %d: %s', ([status, isStorable]) => {
    expect(cache('"part"', 'application/json', status).cached.freshness?.isStorable).toBe(isStorable)
  })

  test('initial data, which are stale at once', () => {
    const cached = new CachedResponse()
    cached.setInitialData(undefined, 'Ada', NOW)
    expect(cached).toMatchObject({ bytes: 0, exists: true, freshness: { isStorable: true } })
    expect(cached.isFresh(NOW, {})).toBe(false)
  })
})

test('after drop(), nothing of the response is left', () => {
  const { cached } = cache('"Ada"')
  cached.decodedBy(failing)
  cached.dropIfUndecodable()
  cached.drop()
  expect(cached).toMatchObject({ bytes: 0, isUndecodable: false, exists: false, response: undefined })
  expect([cached.decodedBy(undefined), cached.validator(false)]).toEqual([undefined, undefined])
})
