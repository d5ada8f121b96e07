// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestEnvironment } from '../testing/index.ts'
import type { UrlOption } from '../shared/attempt.ts'
import type { Outcome } from '../shared/outcome.ts'
import { type TransportHost, isTransport } from '../transports/transport-option.ts'
import { type ForeverFrameOptions, foreverFrame } from './index.ts'

const frame = () => document.querySelector('iframe')

async function open(url: UrlOption, options: ForeverFrameOptions = {}, cursor?: string) {
  const transport = foreverFrame(url, options)
  if (!isTransport(transport)) throw new TypeError('not a transport')
  const environment = createTestEnvironment({ baseUrl: location.href })
  // The part of a host that this transport uses.
  const host = { primary: transport, environment } as unknown as TransportHost<never>
  const messages: unknown[] = []
  const outcomes: Outcome[] = []
  const connect = await transport.createSession(host).prepareAttempt({
    attempt: 0,
    previous: undefined,
    signal: new AbortController().signal,
    cursor,
  })
  const nothing = () => undefined
  const handle = connect({
    opened: nothing,
    activity: nothing,
    provedUseful: nothing,
    cursor: nothing,
    serverDelay: nothing,
    message: (message, id) => void messages.push([message, id]),
    ended: (outcome) => void outcomes.push(outcome),
  })
  return { transport, handle, messages, outcomes, query: new URL(frame()?.src ?? location.href).search }
}

beforeEach(() => vi.spyOn(document, 'readyState', 'get').mockReturnValue('complete'))
afterEach(() => vi.restoreAllMocks())

test('receives only, and is open after the first call', () => {
  expect(foreverFrame('/live')).toMatchObject({ name: 'forever-frame', isDuplex: false, proof: 'open' })
})

describe('the URL', () => {
  test('has no cursor at the beginning', async () => {
    const { query, handle } = await open('/live?a=1')
    expect(query).toMatch(/^\?a=1&callback=tautline\w+$/)
    handle.close()
  })

  test('has the cursor and the function in the parameters with the given names', async () => {
    const { query, handle } = await open('/live?after=old', { query: 'after', callback: 'cb' }, 'a b')
    expect(query).toMatch(/^\?after=a%20b&cb=tautline\w+$/)
    handle.close()
  })

  test('may come from a function, which gets the cursor', async () => {
    const { query, handle } = await open(async ({ cursor }) => `/live?from=${cursor}`, {}, '7')
    expect(query).toMatch(/^\?from=7&cursor=7&callback=/)
    handle.close()
  })

  test('of another origin ends with an error', async () => {
    const { outcomes } = await open('https://other.example/live')
    expect(outcomes).toEqual([{ kind: 'fatal', error: expect.objectContaining({ code: 'bad-url' }) }])
  })
})

test('a message has its text and its ID', async () => {
  const { messages, handle } = await open('/live')
  const name = new URL(frame()?.src ?? '').searchParams.get('callback') ?? ''
  Reflect.get(window, name)('text', 7)
  expect(messages).toEqual([[{ data: 'text', id: '7' }, '7']])
  handle.close()
})

describe('the heartbeat', () => {
  test('is silence() by default, because a cut document may be noticed by nothing else', () => {
    const { options } = Object(foreverFrame('/live'))
    expect(options.heartbeat).toMatchObject({ kind: 'silence' })
  })

  test('can be turned off', () => {
    expect(Object(foreverFrame('/live', { heartbeat: false })).options.heartbeat).toBe(false)
  })
})

describe('the identity', () => {
  const keyOf = (options: ForeverFrameOptions) => {
    const transport = foreverFrame('/live', options)
    return isTransport(transport) ? transport.source.extraKey(transport.options) : undefined
  }

  test('is the same for the same options, and another one for others', () => {
    expect(keyOf({ query: 'after' })).toBe(keyOf({ query: 'after' }))
    expect(new Set([keyOf({}), keyOf({ query: 'after' }), keyOf({ callback: 'after' })]).size).toBe(3)
  })
})

test.each([
  [{ query: 1 }, 'query'],
  [{ callback: {} }, 'callback'],
  [{ heartbeat: true }, 'heartbeat'],
  [{ query: '' }, 'callback'],
  [{ callback: '' }, 'callback'],
  [{ query: 'callback' }, 'callback'],
  [{ callback: 'cursor' }, 'callback'],
])('refuses %j', (options, option) => {
  // Programs without types may pass any value.
  const create = () => foreverFrame('/live', options as ForeverFrameOptions)
  expect(create).toThrow(expect.objectContaining({ code: 'bad-option', option }))
})
