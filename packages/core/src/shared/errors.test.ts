import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { printed } from '../../test/common/printed.ts'
import { HttpError, TautlineError, isTautlineError } from './errors.ts'

const failedWith = (thrown: unknown, provider = 'url') =>
  new TautlineError('provider', 'No URL', { provider }, thrown)

const timeout = new TautlineError('timeout', 'Too slow', { phase: 'connect', timeout: 5 })

test('an error has a name, a literal code, its fields, and the cause where there is one', () => {
  expect(timeout).toBeInstanceOf(Error)
  expect(timeout).toMatchObject({ name: 'TautlineError', code: 'timeout', message: 'Too slow' })
  expect(timeout).toMatchObject({ phase: 'connect', timeout: 5 })
  expect('cause' in timeout).toBe(false)
  expect(timeout.thrown).toBeUndefined()
  expect(new TautlineError('provider', 'No URL', { provider: 'url' }, timeout)).toMatchObject({
    cause: timeout,
    thrown: timeout,
  })
})

test('its fields and `thrown` are not enumerable and not printed', () => {
  const error = failedWith(new Error('s3cret'), 's3cret')
  expect(Object.keys(error).sort()).toEqual(['code', 'name'])
  expect(printed(error)).not.toContain('s3cret')
  expect(error.provider).toBe('s3cret')
})

test('a response that is no success is an `HttpError`, of which only the code and the name are enumerable', () => {
  const fields = {
    status: 403,
    retryAfter: 1000,
    headers: new Headers({ 'x-token': 's3cret' }),
    body: { title: 's3cret' },
    problem: { title: 's3cret' },
  }
  const error = new HttpError('The server answered with 403', fields)
  expect(error).toBeInstanceOf(TautlineError)
  expect(error).toMatchObject({ name: 'TautlineError', code: 'http', ...fields })
  expect(isTautlineError(error, 'http')).toBe(true)
  expect(timeout).not.toBeInstanceOf(HttpError)
  expect(Object.fromEntries(Object.entries(error))).toEqual({ name: 'TautlineError', code: 'http' })
  expect(inspect(structuredClone(error), { showHidden: true })).not.toContain('s3cret')
  expect(printed(error)).not.toContain('s3cret')
})

test('its fields cannot be changed', () => {
  expect(() => Object.assign(timeout, { timeout: 6 })).toThrow(TypeError)
  expect(timeout.timeout).toBe(5)
})

test('a message is cut at 400 characters', () => {
  const { message } = new TautlineError('unsupported', 'x'.repeat(1_048_576), { feature: '' })
  expect(message).toBe(`${'x'.repeat(400)}…`)
})

describe('what was thrown', () => {
  class ApiError extends Error {
    override readonly name = 's3cret'
  }
  const refused = Object.assign(new Error('connect s3cret'), { code: 'ECONNREFUSED' })
  const looped = new RangeError('s3cret')
  looped.cause = looped
  test.each<[name: string, thrown: unknown, emitted: string]>([
    ['a class of the language', new TypeError('s3cret'), 'TypeError:'],
    ['a class of the platform', new DOMException('s3cret', 'AbortError'), 'AbortError:'],
    ['a class of its own', new ApiError('s3cret'), 'Error:'],
    [
      'a system code',
      Object.assign(new Error('s3cret'), { code: 'CERT_HAS_EXPIRED' }),
      'Error (CERT_HAS_EXPIRED):',
    ],
    [
      'a system code behind it',
      new TypeError('fetch s3cret', { cause: refused }),
      'TypeError (ECONNREFUSED):',
    ],
    ['a code that is none', Object.assign(new Error('s3cret'), { code: 'S3CRET' }), 'Error:'],
    ['one that is its own cause', looped, 'RangeError:'],
    ['a text', 's3cret', 'Error:'],
    ['null', null, 'Error:'],
    ['false', false, 'Error:'],
    ['an object', { name: 's3cret', code: 'ENOENT' }, 'Error:'],
  ])('%s: `cause` has its name alone, and `thrown` is the original', (_, thrown, emitted) => {
    const error = failedWith(thrown)
    expect(error.cause).toBeInstanceOf(Error)
    expect(error.cause).toHaveProperty('message', `${emitted} read \`thrown\` for the original`)
    expect(error.cause).toHaveProperty('stack', `Error: ${emitted} read \`thrown\` for the original`)
    expect(printed(error).toLowerCase()).not.toContain('s3cret')
    expect(error.thrown).toBe(thrown)
  })
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
    [
      'an object that is not an Error',
      { name: 'TautlineError', code: 'timeout', message: '' },
      undefined,
      false,
    ],
    ['a string', 'timeout', undefined, false],
    ['null', null, undefined, false],
    ['undefined', undefined, undefined, false],
  ] as const)('%s', (_, value, code, expected) => {
    expect(isTautlineError(value, code)).toBe(expected)
  })

  test('accepts an error of another copy of the package', () => {
    class TautlineErrorOfAnotherCopy extends Error {
      override readonly name = 'TautlineError'
      readonly code = 'closed'
      readonly closeCode = 1006
    }
    const foreign: unknown = new TautlineErrorOfAnotherCopy('The line was closed')
    expect(foreign).not.toBeInstanceOf(TautlineError)
    expect(isTautlineError(foreign, 'closed')).toBe(true)
    expect(isTautlineError(foreign, 'closed') && foreign.closeCode).toBe(1006)
  })

  test('accepts an error of a subclass', () => {
    class Mine extends TautlineError<'closed'> {}
    expect(
      isTautlineError(new Mine('closed', '', { closeCode: 1000, reason: '', wasClean: true }), 'closed'),
    ).toBe(true)
  })
})

test('[realms] an error of another realm is a cause, with its name and system code', () => {
  const thrown: unknown = runInNewContext("Object.assign(new TypeError('x'), { code: 'ECONNREFUSED' })")
  expect(thrown).not.toBeInstanceOf(Error)
  expect(failedWith(thrown).cause).toMatchObject({
    message: 'TypeError (ECONNREFUSED): read `thrown` for the original',
  })
  const foreign: unknown = runInNewContext(
    "Object.assign(new Error('x'), { name: 'TautlineError', code: 'closed' })",
  )
  expect(isTautlineError(foreign, 'closed')).toBe(true)
})
