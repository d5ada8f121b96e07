import { describe, expect, test } from 'vitest'
import { TautlineError, isTautlineError } from './errors.ts'

const timeout = new TautlineError('timeout', 'Too slow', { phase: 'connect', timeout: 5 })

test('an error has a name, a literal code, its details, and the cause where there is one', () => {
  expect(timeout).toBeInstanceOf(Error)
  expect(timeout).toMatchObject({ name: 'TautlineError', code: 'timeout', message: 'Too slow' })
  expect(timeout.detail).toEqual({ phase: 'connect', timeout: 5 })
  expect('cause' in timeout).toBe(false)
  const cause = new Error('why')
  expect(new TautlineError('provider', 'No URL', { provider: 'url' }, cause).cause).toBe(cause)
})

test('a cause that is false or null is a cause', () => {
  expect(new TautlineError('provider', 'No URL', { provider: 'url' }, null)).toHaveProperty('cause', null)
})

describe('the guard', () => {
  test.each([
    ['any of ours', timeout, undefined, true],
    ['one of that code', timeout, 'timeout', true],
    ['one of another code', timeout, 'closed', false],
    ['a plain error', new Error('timeout'), undefined, false],
    [
      'an error of somebody else with a code',
      Object.assign(new Error('x'), { code: 'timeout' }),
      'timeout',
      false,
    ],
    ['what only looks like one', { name: 'TautlineError', code: 'timeout', message: '' }, undefined, false],
    ['a string', 'timeout', undefined, false],
    ['null', null, undefined, false],
    ['undefined', undefined, undefined, false],
  ] as const)('%s', (_, value, code, expected) => {
    expect(isTautlineError(value, code)).toBe(expected)
  })

  test('knows the error of another copy of the package', () => {
    class TautlineErrorOfAnotherCopy extends Error {
      override readonly name = 'TautlineError'
      readonly code = 'closed'
      readonly detail = { closeCode: 1006, reason: '', wasClean: false }
    }
    const foreign: unknown = new TautlineErrorOfAnotherCopy('The line was closed')
    expect(foreign).not.toBeInstanceOf(TautlineError)
    expect(isTautlineError(foreign, 'closed')).toBe(true)
    expect(isTautlineError(foreign, 'closed') && foreign.detail.closeCode).toBe(1006)
  })

  test('keeps its word for an error of a subclass', () => {
    class Mine extends TautlineError<'closed'> {}
    expect(
      isTautlineError(new Mine('closed', '', { closeCode: 1000, reason: '', wasClean: true }), 'closed'),
    ).toBe(true)
  })
})
