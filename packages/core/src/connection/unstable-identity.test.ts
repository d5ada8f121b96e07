import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestEnvironment } from '../testing/index.ts'

const SECRET = 's3cretmarker'
const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})

/** Modules that have not warned yet: each warning is written once. */
async function importAgain() {
  vi.resetModules()
  const [{ observeEventSource }, { observeLongPoll }, { observeWebSocket }] = await Promise.all([
    import('../event-source/index.ts'),
    import('../long-poll/index.ts'),
    import('../web-socket/index.ts'),
  ])
  return { observeEventSource, observeLongPoll, observeWebSocket }
}

type Observer = {
  setOptions(url: string, options: object): void
  subscribe(listener: () => void): () => void
}
type Observe = (url: string, options: object) => Observer

/** Renders a component `count` times, each time with the options for that render. */
async function rendering(observe: Observe, count: number, optionsOf: (render: number) => object) {
  const environment = createTestEnvironment()
  const observer = observe('/news', { environment, ...optionsOf(0) })
  observer.subscribe(() => {})
  for (let render = 1; render < count; render++) {
    await environment.advance(0)
    observer.setOptions('/news', { environment, ...optionsOf(render) })
  }
  await environment.advance(0)
  return environment
}

beforeEach(() => warn.mockClear())
afterEach(() => vi.unstubAllEnvs())

describe('[identity] an identity that changes in ten renders in a row', () => {
  test.each([
    [
      'observeEventSource',
      'headers',
      (render: number) => ({ headers: { 'x-random': `${SECRET}${render}` } }),
    ],
    ['observeLongPoll', 'body', (render: number) => ({ method: 'POST', body: { [SECRET]: render } })],
    ['observeWebSocket', 'protocols', (render: number) => ({ protocols: [`${SECRET}${render}`] })],
    ['observeEventSource', 'key', (render: number) => ({ key: `${SECRET}${render}` })],
  ] as const)('%s: is named once in development, and %s is not shown', async (name, option, optionsOf) => {
    const observers = await importAgain()
    await rendering(observers[name] as Observe, 10, optionsOf)
    expect(warn).not.toHaveBeenCalled()
    await rendering(observers[name] as Observe, 30, optionsOf)
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`(${option})`))
    expect(String(warn.mock.calls)).not.toContain(SECRET)
  })

  test('is not named if it stays the same in between, nor in production', async () => {
    const { observeEventSource } = await importAgain()
    const everyTenth = (render: number) => ({ headers: { 'x-page': String(Math.floor(render / 10)) } })
    await rendering(observeEventSource, 200, everyTenth)
    vi.stubEnv('NODE_ENV', 'production')
    const always = (render: number) => ({ headers: { 'x-page': String(render) } })
    await rendering(observeEventSource, 30, always)
    expect(warn).not.toHaveBeenCalled()
  })

  test('a token that is given as a value is named without its value', async () => {
    const { observeEventSource } = await importAgain()
    const headers = (render: number) => ({ headers: { authorization: `${SECRET}${render}` } })
    await rendering(observeEventSource, 3, headers)
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('Authorization'))
    expect(String(warn.mock.calls)).not.toContain(SECRET)
  })
})

describe('[identity] headers that name one request', () => {
  const NAMES = ['traceparent', 'TraceState', 'baggage', 'X-Request-ID', 'x-correlation-id', 'x-mine']

  test.each(['observeEventSource', 'observeLongPoll'] as const)('%s: keep the connection', async (name) => {
    const observers = await importAgain()
    for (const method of ['GET', 'POST']) {
      const environment = await rendering(observers[name] as Observe, 30, (render) => ({
        method,
        headers: Object.fromEntries(NAMES.map((name) => [name, `${name}-${render}`])),
        ignoreHeaders: ['X-Mine'],
      }))
      expect(environment.requests).toHaveLength(1)
    }
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('[server-isolation] two users in one Node process', () => {
  test.each(['observeEventSource', 'observeLongPoll', 'observeWebSocket'] as const)(
    '%s: only an equal key shares, also with equal headers',
    async (name) => {
      const observers = await importAgain()
      const environment = createTestEnvironment({ isServer: true })
      const mount = (options: object) =>
        (observers[name] as Observe)('https://a.example/', { environment, ...options }).subscribe(() => {})
      const connections = () => environment.requests.length + environment.sockets.length
      for (const options of [{}, {}, { key: 'ada' }, { key: 'ada' }, { key: 'bob' }]) mount(options)
      await environment.advance(0)
      expect(connections()).toBe(4)
    },
  )
})

describe('[identity] a POST stream ends, and its text is forgotten, for', () => {
  test.each([
    ['another URL', '/other', {}],
    ['another body', '/news', { body: { question: 2 } }],
    ['another key', '/news', { key: 'bob' }],
  ])('%s', async (_, url, change) => {
    const { observeEventSource } = await importAgain()
    const environment = createTestEnvironment()
    const options = { environment, method: 'POST', body: { question: 1 }, key: 'ada' }
    const observer = observeEventSource('/news', options)
    observer.subscribe(() => {})
    await environment.advance(0)
    environment.request.respond()
    await environment.advance(0)
    environment.request.write(`id: 1\ndata: ${SECRET}\n\n`)
    await environment.advance(0)
    expect(observer.getSnapshot().data).toBe(SECRET)
    observer.setOptions(url, { ...options, ...change })
    await environment.advance(0)
    expect(observer.getSnapshot()).toMatchObject({ data: undefined, lastEventId: undefined })
    expect(environment.requests.map(({ aborted }) => aborted)).toEqual([true, false])
    expect(environment.request.headers.get('last-event-id')).toBeNull()
  })
})
