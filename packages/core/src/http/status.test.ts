import { describe, expect, test } from 'vitest'
import { refusalOf, statusKind } from './status.ts'

const NOW = 1_000_000
const answer = (status: number, retryAfter?: string) => ({
  status,
  headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
})

describe('[fatal-errors] what a status means', () => {
  test.each([
    ['complete', [204]],
    ['unauthorized', [401]],
    ['lost', [408, 425, 429, 500, 501, 502, 503, 504, 507, 511, 599]],
    ['fatal', [0, 200, 201, 202, 203, 205, 206, 226, 300, 301, 304, 308]],
    ['fatal', [400, 402, 403, 404, 405, 406, 407, 409, 410, 412, 415, 421, 422, 423, 426, 431, 451]],
  ] as const)('%s: %j', (kind, statuses) => {
    for (const status of statuses) expect(statusKind(status), String(status)).toBe(kind)
  })
})

describe('[event-stream-responses] the end of an attempt that a status is', () => {
  test('204 has no error', () => {
    expect(refusalOf(answer(204, '5'), NOW, false)).toEqual({ kind: 'complete' })
  })

  test('any other has the status, and the wait in ms where one was requested', () => {
    const { kind, error, retryAfter } = refusalOf(answer(503, '5'), NOW, false)
    expect([kind, retryAfter]).toEqual(['lost', 5000])
    expect(error).toMatchObject({ code: 'http', detail: { status: 503, retryAfter: 5000 } })
    expect(error?.message).toBe('The server answered with 503')
    expect(refusalOf(answer(404), NOW, false)).toMatchObject({ kind: 'fatal', retryAfter: undefined })
    expect(refusalOf(answer(401), NOW, true).kind).toBe('unauthorized')
  })
})

describe('[stream-completion] a request that is not safe to repeat is repeated', () => {
  test.each([
    // status, Retry-After, what then
    [408, undefined, 'lost'],
    [425, undefined, 'lost'],
    [429, undefined, 'lost'],
    [503, undefined, 'lost'],
    [500, undefined, 'fatal'],
    [502, undefined, 'fatal'],
    [504, undefined, 'fatal'],
    [500, 'soon', 'fatal'],
    [500, '1', 'lost'],
    [500, '0', 'lost'],
    [502, 'Thu, 01 Jan 1970 00:00:00 GMT', 'lost'],
    [504, '1', 'lost'],
    [400, '1', 'fatal'],
    [200, '1', 'fatal'],
  ] as const)('%i with Retry-After %s: %s', (status, wait, kind) => {
    expect(refusalOf(answer(status, wait), NOW, true).kind).toBe(kind)
    if (status >= 500) expect(refusalOf(answer(status, wait), NOW, false).kind).toBe('lost')
  })
})
