import { describe, expect, test } from 'vitest'
import { CloseCode, validateClose, classifyCloseCode } from './close-codes.ts'
import { utf8Length } from './utf8.ts'
import { isTautlineError } from './errors.ts'

describe('what a close code means for the next attempt', () => {
  test.each([
    ['retryable', [1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014, 1015]],
    ['retryable', [3000, 3001, 3499, 4000, 4400, 4402, 4499]],
    ['fatal', [1002, 1003, 1007, 1009, 1010]],
    ['fatal', [3500, 3999, 4500, 4999]],
    ['unauthorized', [1008, 4401]],
    // Unregistered codes are retried.
    ['retryable', [0, 999, 1004, 1016, 1500, 1999, 2000, 2500, 2999, 5000, 5500]],
  ] as const)('%s: %j', (kind, codes) => {
    for (const code of codes) expect(classifyCloseCode(code), String(code)).toBe(kind)
  })

  test('all codes, range by range', () => {
    const fatal = [1002, 1003, 1007, 1009, 1010]
    for (let code = 1000; code < 5000; code++) {
      const expected =
        code === 1008 || code === 4401
          ? 'unauthorized'
          : fatal.includes(code) || (code >= 3500 && code < 4000) || code >= 4500
            ? 'fatal'
            : 'retryable'
      expect(classifyCloseCode(code), String(code)).toBe(expected)
    }
  })

  test('the names are those of RFC 6455 and its registry', () => {
    expect(CloseCode).toEqual({
      normal: 1000,
      goingAway: 1001,
      protocolError: 1002,
      unsupportedData: 1003,
      noStatus: 1005,
      abnormal: 1006,
      invalidPayload: 1007,
      policyViolation: 1008,
      messageTooBig: 1009,
      mandatoryExtension: 1010,
      internalError: 1011,
      serviceRestart: 1012,
      tryAgainLater: 1013,
      badGateway: 1014,
      tlsHandshake: 1015,
      unauthorized: 4401,
    })
  })
})

describe('what a page may close with', () => {
  const refused = (code: number | undefined, reason?: string) => {
    try {
      validateClose(code, reason)
    } catch (error) {
      if (isTautlineError(error, 'bad-close')) return error
      throw error
    }
    return undefined
  }

  test.each([undefined, 1000, 3000, 3999, 4000, 4401, 4999])('%s is allowed', (code) => {
    expect(refused(code, 'bye')).toBeUndefined()
  })

  test.each([0, 999, 1001, 1005, 1006, 1011, 2999, 5000, -1, 3000.5, Number.NaN, Number.POSITIVE_INFINITY])(
    '%s is not allowed, and the error has it',
    (code) => {
      const error = refused(code)
      expect(error?.closeCode).toBe(code)
      expect(error?.message).toContain('1000 or 3000 to 4999')
    },
  )

  test('the error shows a number, but no value of another type, which may be secret', () => {
    expect(refused(1001)?.message).toContain('Close code 1001 is')
    const notNumber: unknown = 'secret'
    const message = refused(notNumber as number)?.message // a caller without types
    expect(message).toContain('Close code of type string is')
    expect(message).not.toContain('secret')
  })

  test.each([
    ['one byte each', 'a', 123],
    ['two bytes each', 'é', 61],
    ['three bytes each', '€', 41],
    ['four bytes each', '😀', 30],
  ])('a reason may have 123 bytes: %s', (_, character, count) => {
    const most = character.repeat(count)
    const padding = 'x'.repeat(123 - utf8Length(most))
    expect(utf8Length(most + padding)).toBe(123)
    expect(refused(1000, most + padding)).toBeUndefined()
    const error = refused(1000, `${most}${padding}x`)
    expect(error?.bytes).toBe(124)
  })

  test('a reason without a code is measured too', () => {
    expect(refused(undefined, 'a'.repeat(124))?.code).toBe('bad-close')
  })

  test('a lone surrogate counts as the replacement character that is sent for it', () => {
    expect(utf8Length('\ud800')).toBe(3)
  })
})
