import { describe, expect, test } from 'vitest'
import { outcomeOfStatus, classifyStatus } from './status.ts'

const NOW = 1_000_000
const response = (status: number, retryAfter?: string) => ({
  status,
  headers: new Headers(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
})

describe('[fatal-errors] what a status means', () => {
  test.each([
    ['complete', [204]],
    ['unauthorized', [401]],
    ['retryable', [408, 425, 429, 500, 501, 502, 503, 504, 507, 511, 599]],
    ['fatal', [0, 200, 201, 202, 203, 205, 206, 226, 300, 301, 304, 308]],
    ['fatal', [400, 402, 403, 404, 405, 406, 407, 409, 410, 412, 415, 421, 422, 423, 426, 431, 451]],
  ] as const)('%s: %j', (kind, statuses) => {
    for (const status of statuses) expect(classifyStatus(status), String(status)).toBe(kind)
  })
})

describe('[event-stream-responses] the outcome of a status', () => {
  test('204 has no error', () => {
    expect(outcomeOfStatus(response(204, '5'), NOW, false)).toEqual({ kind: 'complete' })
  })

  test('any other has the status, and the wait in ms where one was requested', () => {
    const { kind, error, retryAfterMs } = outcomeOfStatus(response(503, '5'), NOW, false)
    expect([kind, retryAfterMs]).toEqual(['retryable', 5000])
    expect(error).toMatchObject({ code: 'http', status: 503, retryAfter: 5000 })
    expect(error?.message).toBe('The server responded with 503')
    expect(outcomeOfStatus(response(404), NOW, false)).toMatchObject({
      kind: 'fatal',
      retryAfterMs: undefined,
    })
    expect(outcomeOfStatus(response(401), NOW, true).kind).toBe('unauthorized')
  })
})

describe('[stream-completion] a non-idempotent request is retried', () => {
  test.each([
    // status, Retry-After, expected outcome
    [408, undefined, 'retryable'],
    [425, undefined, 'retryable'],
    [429, undefined, 'retryable'],
    [503, undefined, 'retryable'],
    [500, undefined, 'fatal'],
    [502, undefined, 'fatal'],
    [504, undefined, 'fatal'],
    [500, 'soon', 'fatal'],
    [500, '1', 'retryable'],
    [500, '0', 'retryable'],
    [502, 'Thu, 01 Jan 1970 00:00:00 GMT', 'retryable'],
    [504, '1', 'retryable'],
    [400, '1', 'fatal'],
    [200, '1', 'fatal'],
  ] as const)('%i with Retry-After %s: %s', (status, wait, kind) => {
    expect(outcomeOfStatus(response(status, wait), NOW, true).kind).toBe(kind)
    if (status >= 500) expect(outcomeOfStatus(response(status, wait), NOW, false).kind).toBe('retryable')
  })
})
