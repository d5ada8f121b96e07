import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { binary, text } from '../shared/codec.ts'
import { isPlainObjectOrArray, toRequestInit } from './build-request.ts'
import { bodyKey, validateHttpOptions } from './request-options.ts'

describe('[realms] bodies of another realm', () => {
  const from = (code: string): never => runInNewContext(code) as never // a value of any type

  test('a plain object is sent as JSON, and is part of the identity', () => {
    const body = from('({ a: [1, { b: 2 }] })')
    expect(isPlainObjectOrArray(body)).toBe(true)
    expect(toRequestInit({ method: 'POST' }, new Headers(), body).body).toBe('{"a":[1,{"b":2}]}')
    expect(bodyKey({ body })).toBe(bodyKey({ body: { a: [1, { b: 2 }] } }))
  })

  test('an object of a class is no plain object', () => {
    expect(isPlainObjectOrArray(from('new (class Page {})()'))).toBe(false)
    expect(isPlainObjectOrArray(from('new Map()'))).toBe(false)
    expect(isPlainObjectOrArray(new Headers())).toBe(false)
  })

  test('platform objects are accepted by their brand, others are refused', () => {
    for (const name of ['ArrayBuffer', 'Blob', 'File', 'FormData', 'URLSearchParams']) {
      const body = Object.create({ [Symbol.toStringTag]: name, own: true }) as never
      expect(() => validateHttpOptions({ method: 'POST', body })).not.toThrow()
    }
    expect(() => validateHttpOptions({ method: 'POST', body: from('new ArrayBuffer(3)') })).not.toThrow()
    expect(() => validateHttpOptions({ method: 'POST', body: from('new Map()') })).toThrow('Option body')
  })

  test('binary() and text() decode an ArrayBuffer of another realm', () => {
    const buffer = from('new Uint8Array([104, 105]).buffer')
    expect(binary().decode(buffer)).toBe(buffer)
    expect(text().decode(buffer)).toBe('hi')
  })
})

describe('[request-bodies] the Content-Type of a request', () => {
  const typeOf = (type: string, body: BodyInit) => {
    const headers = new Headers({ 'content-type': type })
    toRequestInit({ method: 'POST' }, headers, body)
    return headers.get('content-type')
  }

  test.for([
    ['application/json', new FormData(), null],
    ['multipart/form-data', new FormData(), null],
    ['application/json', new URLSearchParams(), null],
    ['application/x-www-form-urlencoded', new URLSearchParams(), 'application/x-www-form-urlencoded'],
    ['application/vnd.api+json', '{"a":1}', 'application/vnd.api+json'],
    ['image/png', new Blob(), 'image/png'],
  ] as const)('%s with %s is %s', ([type, body, sent]) => {
    expect(typeOf(type, body)).toBe(sent)
  })
})
