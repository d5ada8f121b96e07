import { describe, expect, test } from 'vitest'
import { quickThenSpread } from '../shared/backoff.ts'
import { isTautlineError } from '../shared/errors.ts'
import { createConnectionPolicy } from '../connection/policy.ts'
import { createTestEnvironment } from '../testing/index.ts'
import { createWebSocket, pings, silence } from '../web-socket/index.ts'

/** Returns the error of `createWebSocket` for options that the types do not allow. */
function refusal(options: object): { option: string; message: string } | undefined {
  try {
    createWebSocket('/chat', { environment: createTestEnvironment(), ...options })
  } catch (error) {
    if (isTautlineError(error, 'bad-option')) return { option: error.option, message: error.message }
    throw error
  }
  return undefined
}

/** Returns `{ a: { b: 1 } }` for the path `a.b` and the value 1. */
function at(path: string, value: unknown): object {
  // A codec needs `decode`.
  if (path === 'codec.encode') return { codec: { decode: JSON.parse, encode: value } }
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object
}

const BOOLEANS = ['enabled', 'share', 'pause.hidden', 'pause.offline']
const FUNCTIONS = [
  'reduce',
  'select',
  'retry.delay',
  'retry.when',
  'codec.decode',
  'codec.encode',
  'onOpen',
  'onMessage',
  'onClose',
  'onError',
  'onRetry',
  'onGiveUp',
]
const NUMBERS = ['closeDelay', 'retry.limit', 'outbox.messages', 'outbox.bytes', 'highWaterMark']
const WORDS = {
  notify: ['frame', 'microtask', 'sync'],
  binaryType: ['arraybuffer', 'blob'],
  'outbox.overflow': ['drop-oldest', 'drop-newest', 'reject'],
}

test('the error shows a number only if the option has to be a number: another one may identify a user', () => {
  expect(refusal({ closeDelay: -90_210 })?.message).toContain('-90210')
  expect(refusal({ key: 90_210 })?.message).toBe('Option key is of type number; it should be string')
})

describe('an option of the wrong type throws at once, and the error names it', () => {
  test.each([
    ...BOOLEANS.flatMap((path) => [1, 'true', null, {}].map((value) => [path, value, 'boolean'] as const)),
    ...FUNCTIONS.flatMap((path) => [1, 'x', null, {}].map((value) => [path, value, 'function'] as const)),
    ...NUMBERS.flatMap((path) =>
      ['5', null, -1, Number.NaN, Number.NEGATIVE_INFINITY, () => 5].map(
        (value) => [path, value, 'a number, 0 or more'] as const,
      ),
    ),
    ...Object.entries(WORDS).flatMap(([path, words]) =>
      ['x', '', 1, null, true].map((value) => [path, value, words.join(' or ')] as const),
    ),
    ...['timeout', 'pause', 'outbox', 'codec'].flatMap((path) =>
      [5000, true, 'x'].map((value) => [path, value, 'object'] as const),
    ),
    ...[5000, true, 'x'].map((value) => ['retry', value, 'object or false'] as const),
    ...[5000, true, 'x', null, {}, { interval: 25_000, timeout: 10_000 }].map(
      (value) => ['heartbeat', value, 'pings() or silence() or false'] as const,
    ),
    ...['5', null, -1, true].map(
      (value) => ['timeout.connect', value, 'a number, 0 or more or false'] as const,
    ),
    ['key', 1, 'string'] as const,
    ['key', Symbol('x'), 'string'] as const,
  ])('%s: %s', (path, value, wanted) => {
    const refused = refusal(at(path, value))
    expect(refused?.option).toBe(path)
    expect(refused?.message).toContain(`Option ${path} is`)
    expect(refused?.message).toContain(`it should be ${wanted}`)
  })

  test.each([
    ...BOOLEANS.flatMap((path) => [true, false, undefined].map((value) => [path, value] as const)),
    ...FUNCTIONS.flatMap((path) => [() => undefined, undefined].map((value) => [path, value] as const)),
    ...NUMBERS.flatMap((path) =>
      [0, 5.5, Number.POSITIVE_INFINITY, undefined].map((value) => [path, value] as const),
    ),
    ...Object.entries(WORDS).flatMap(([path, words]) => words.map((word) => [path, word] as const)),
    ['retry', false] as const,
    ...[0, 5, false].map((value) => ['timeout.connect', value] as const),
    ...[false, undefined, pings(), silence()].map((value) => ['heartbeat', value] as const),
    ...['timeout', 'pause', 'outbox', 'retry'].flatMap((path) =>
      [{}, null, undefined].map((value) => [path, value] as const),
    ),
    ['key', ''] as const,
  ])('%s may be %s', (path, value) => {
    expect(refusal(at(path, value))).toBeUndefined()
  })

  test.each([
    ...['5', null, -1, 0, Number.NaN].flatMap((value) => [
      ['heartbeat.interval', () => pings({ interval: value as number })] as const,
      ['heartbeat.timeout', () => silence({ timeout: value as number })] as const,
    ]),
    ['heartbeat.timeout', () => pings({ timeout: -1 })] as const,
    ['heartbeat.isReply', () => pings({ isReply: 'pong' as never })] as const,
    ['heartbeat.reply', () => silence({ reply: 'pong' as never })] as const,
  ])('%s, when the heartbeat is created', (path, create) => {
    expect(create).toThrow(`Option ${path} is`)
  })

  test('an invalid later option changes none of the options', () => {
    const environment = createTestEnvironment()
    const client = createWebSocket('/chat', { environment })
    const later = { environment, closeDelay: -1 }
    expect(() => client.setOptions('/other', later)).toThrow('Option closeDelay is -1')
    client.open()
    expect(client.getSnapshot().status).toBe('connecting')
  })
})

test('the error shows no value except numbers and null, since values may be secrets', () => {
  for (const path of [...BOOLEANS, ...FUNCTIONS, ...NUMBERS, ...Object.keys(WORDS)]) {
    const refused = refusal(at(path, 's3cret'))
    expect(refused?.message, path).toContain('of type string')
    expect(refused?.message, path).not.toContain('s3cret')
  }
  expect(refusal({ closeDelay: -5 })?.message).toContain('is -5')
  expect(refusal({ enabled: null })?.message).toContain('is null')
})

describe('the policy of a connection', () => {
  test('has defaults', () => {
    const { delay, ...rest } = createConnectionPolicy({}, undefined, false)
    expect(rest).toEqual({
      limit: Number.POSITIVE_INFINITY,
      when: undefined,
      canRenewCredentials: false,
      idempotent: true,
      connectTimeoutMs: 10_000,
      stableAfterMs: 5000,
      closeDelayMs: 1000,
      pauseOffline: true,
      pauseHidden: false,
      heartbeat: undefined,
    })
    const reference = quickThenSpread()
    for (const attempt of [1, 2, 7, 20]) {
      const input = { attempt, random: 0.3, error: undefined }
      expect(delay(input)).toBe(reference(input))
    }
  })

  test('has the limit 0 with `retry: false`', () => {
    expect(createConnectionPolicy({ retry: false }, undefined, false).limit).toBe(0)
  })

  test('has the options of the user', () => {
    const delay = () => 7
    const when = () => true
    const heartbeat = pings()
    const options = {
      retry: { limit: 3, delay, when },
      timeout: { connect: 5 },
      closeDelay: 0,
      pause: { hidden: true, offline: false },
    }
    const policy = createConnectionPolicy(options, heartbeat, true)
    expect(policy.delay({ attempt: 1, random: 0, error: undefined })).toBe(7)
    expect(policy).toMatchObject({
      limit: 3,
      when,
      canRenewCredentials: true,
      connectTimeoutMs: 5,
      closeDelayMs: 0,
      pauseOffline: false,
      pauseHidden: true,
      heartbeat,
    })
  })
})
