import { describe, expect, test } from 'vitest'
import { respond, block } from '../../test/event-source/harness.ts'
import { observeEventSource } from './index.ts'
import type { AnyEventSourceOptions } from './options.ts'
import { type TestEnvironment, createTestEnvironment } from '../testing/index.ts'

const text = {
  reduce: (all: unknown, message: unknown) => `${String(all)}${String(message)}`,
  initialData: '',
}

function mountObserver(environment: TestEnvironment, options: AnyEventSourceOptions = {}) {
  return observeEventSource('/tokens', { method: 'POST', environment, ...text, ...options })
}

/** One observer on a response that has begun. */
async function begun(options: AnyEventSourceOptions = {}) {
  const environment = createTestEnvironment()
  const one = mountObserver(environment, options)
  const leave = one.subscribe(() => {})
  await environment.advance(0)
  await respond(environment)
  const write = async (...pieces: string[]) => {
    for (const piece of pieces) environment.request.write(block(piece))
    await environment.advance(0)
  }
  await write('Hel')
  return { environment, one, leave, write }
}

describe('[sharing] [late-subscribers] a late subscriber gets the whole response', () => {
  test('while it is being received', async () => {
    const { environment, one, write } = await begun()
    const other = mountObserver(environment)
    other.subscribe(() => {})
    expect(other.getSnapshot().data).toBe('Hel')
    await write('lo')
    expect([one, other].map((observer) => observer.getSnapshot().data)).toEqual(['Hello', 'Hello'])
    expect(environment.requests).toHaveLength(1)
  })

  test('after it is complete', async () => {
    const { environment, write } = await begun()
    await write('lo')
    environment.request.end()
    await environment.advance(0)
    const other = mountObserver(environment)
    other.subscribe(() => {})
    expect(other.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'complete' }, data: 'Hello' })
    expect(environment.requests).toHaveLength(1)
  })

  test('its handlers receive the remaining events', async () => {
    const { environment, write } = await begun()
    const messages: unknown[] = []
    mountObserver(environment, { onMessage: (message) => void messages.push(message) }).subscribe(() => {})
    await write('lo')
    expect(messages).toEqual(['lo'])
  })

  test('but nothing of the previous response', async () => {
    const { environment, one } = await begun()
    environment.request.end()
    await environment.advance(0)
    one.reconnect()
    const other = mountObserver(environment)
    other.subscribe(() => {})
    await environment.advance(0)
    expect([one, other].map((observer) => observer.getSnapshot().data)).toEqual(['', ''])
  })

  test.each([
    ['more than 1 MiB', block('x'.repeat(100_000)).repeat(11)],
    [
      'long IDs',
      Array.from({ length: 11 }, (_, n) => block('y', { id: `${n}${'x'.repeat(100_000)}` })).join(''),
    ],
    [
      'long event types',
      Array.from({ length: 11 }, (_, n) => block('y', { event: `${n}${'x'.repeat(100_000)}` })).join(''),
    ],
    ['more than 50,000 messages', 'data: y\n\n'.repeat(50_001)],
  ])('or, of a response with %s, what follows, and an error says so', async (_, written) => {
    const { environment, write } = await begun()
    environment.request.write(written)
    await environment.advance(200)
    const errors: unknown[] = []
    const other = mountObserver(environment, { onError: (error) => void errors.push(error) })
    other.subscribe(() => {})
    expect(other.getSnapshot().data).toBe('')
    expect(errors).toMatchObject([{ code: 'gap' }])
    await write('z')
    expect(other.getSnapshot().data).toBe('z')
  })
})

describe('[unmount] [late-subscribers] a component that returns within closeDelay', () => {
  test.each([{ share: false }, {}])(
    'gets what arrived meanwhile, without the rest again: %j',
    async (options) => {
      const { one, leave, write } = await begun(options)
      // Longer than what is stored for others.
      await write('x'.repeat(1_100_000))
      leave()
      await write('lo')
      await write('!')
      one.subscribe(() => {})
      expect(String(one.getSnapshot().data).replace(/x+/, '-')).toBe('Hel-lo!')
      await write('z')
      expect(String(one.getSnapshot().data).replace(/x+/, '-')).toBe('Hel-lo!z')
    },
  )

  test.each([{ share: false }, {}])(
    'gets it also if it leaves again before the next message: %j',
    async (options) => {
      const errors: unknown[] = []
      const onError = (error: unknown) => void errors.push(error)
      const { one, leave, write } = await begun({ ...options, onError })
      await write('x'.repeat(1_100_000))
      leave()
      await write('lo')
      one.subscribe(() => {})()
      await write('!')
      one.subscribe(() => {})
      await write('z')
      expect(String(one.getSnapshot().data).replace(/x+/, '-')).toBe('Hel-lo!z')
      expect(errors).toEqual([])
    },
  )

  test('is told that messages are missing if too much arrived meanwhile', async () => {
    const errors: unknown[] = []
    const onError = (error: unknown) => void errors.push(error)
    const { one, leave, write } = await begun({ share: false, onError })
    leave()
    for (let count = 0; count < 11; count += 1) await write('x'.repeat(100_000))
    one.subscribe(() => {})
    expect(errors).toMatchObject([{ code: 'gap' }])
  })
})

describe('[unmount] [stream-completion] a component that returns sends no request', () => {
  test('soon after leaving: it gets the whole response', async () => {
    const { environment, one, leave, write } = await begun()
    leave()
    await write('lo')
    one.subscribe(() => {})
    expect(one.getSnapshot()).toMatchObject({ status: 'open', data: 'Hello' })
    await write('!')
    expect(one.getSnapshot().data).toBe('Hello!')
    expect(environment.requests).toHaveLength(1)
  })

  test('[token-stream] later: the request was aborted, and the error is `interrupted`', async () => {
    const { environment, one, leave } = await begun()
    leave()
    await environment.advance(1000)
    expect(environment.request.aborted).toBe(true)
    one.subscribe(() => {})
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    expect(one.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'fatal', error: { code: 'interrupted', by: 'component' } },
      data: 'Hel',
    })
    one.open()
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
    expect(one.getSnapshot()).toMatchObject({ status: 'connecting', data: '' })
  })

  test('sends the first request if none was sent', async () => {
    const environment = createTestEnvironment()
    const one = mountObserver(environment, { headers: () => new Promise(() => {}), closeDelay: 0 })
    one.subscribe(() => {})()
    await environment.advance(0)
    one.subscribe(() => {})()
    one.subscribe(() => {})
    expect(one.getSnapshot().status).toBe('connecting')
  })

  test('sends none after an interruption either', async () => {
    const { environment, one, leave } = await begun({ closeDelay: 0 })
    environment.request.fail()
    await environment.advance(0)
    leave()
    one.subscribe(() => {})
    await environment.advance(60_000)
    expect(environment.requests).toHaveLength(1)
    expect(one.getSnapshot()).toMatchObject({ status: 'closed', closed: { by: 'server' }, data: 'Hel' })
  })

  test('disabling and enabling sends a request', async () => {
    const { environment, one } = await begun()
    const options = { method: 'POST', environment, ...text }
    one.setOptions('/tokens', { ...options, enabled: false })
    expect(one.getSnapshot()).toMatchObject({ status: 'idle', error: undefined })
    one.setOptions('/tokens', { ...options })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('one that is disabled keeps its response, however often it renders', async () => {
    const { environment, one } = await begun()
    const options = { method: 'POST', environment, ...text }
    environment.request.end()
    await environment.advance(0)
    for (let render = 0; render < 3; render++) one.setOptions('/tokens', { ...options, enabled: false })
    expect(one.getSnapshot()).toMatchObject({ status: 'closed', data: 'Hel' })
  })
})

describe('[stream-completion] an interrupted response', () => {
  const cut = async (options: AnyEventSourceOptions) => {
    const { environment, one, write } = await begun(options)
    environment.request.fail()
    await environment.advance(1000)
    await respond(environment)
    await write('Hello')
    return one.getSnapshot().data
  }

  test.each([
    ['a GET that is to complete', { method: 'GET', atEnd: 'complete' as const }],
    ['a PUT', { method: 'PUT' }],
    ['a POST that retry.when repeats', { retry: { when: () => true } }],
  ])('starts afresh: %s', async (_, options) => {
    expect(await cut(options)).toBe('Hello')
  })

  test('resumes if it is a subscription', async () => {
    expect(await cut({ method: 'GET' })).toBe('HelHello')
  })

  test('with `until`, any other end is an interruption', async () => {
    const { environment, one } = await begun({ until: ({ data }) => data === '[DONE]' })
    environment.request.end()
    await environment.advance(0)
    expect(one.getSnapshot()).toMatchObject({
      status: 'closed',
      closed: { by: 'server' },
      error: { code: 'closed' },
    })
  })
})

test('[url-change] a mutated body opens another connection at the next request', async () => {
  const environment = createTestEnvironment()
  const bodies = [{ prompt: '' }, { prompt: '' }]
  const observers = bodies.map((body) => mountObserver(environment, { body, enabled: false }))
  for (const observer of observers) observer.subscribe(() => {})
  bodies.forEach((body, index) => (body.prompt = `question ${index}`))
  for (const observer of observers) observer.open()
  await environment.advance(0)
  expect(environment.requests.map(({ body }) => body)).toEqual([
    '{"prompt":"question 0"}',
    '{"prompt":"question 1"}',
  ])
})
