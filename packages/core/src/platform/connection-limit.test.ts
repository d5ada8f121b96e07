import { beforeEach, describe, expect, test, vi } from 'vitest'
import { NOTHING, leftovers } from '../../test/event-source/harness.ts'
import type { TestEnvironment } from '../testing/index.ts'

/** Fresh modules, because each warning is written once for each page. */
async function load() {
  vi.resetModules()
  const [{ createTestEnvironment }, { observeEventSource }, { observeLongPoll }] = await Promise.all([
    import('../testing/index.ts'),
    import('../event-source/index.ts'),
    import('../long-poll/index.ts'),
  ])
  return {
    environment: createTestEnvironment(),
    openStream: (environment: TestEnvironment, url: string) =>
      observeEventSource(url, { environment, closeDelay: 0 }).subscribe(() => {}),
    openPoll: (environment: TestEnvironment, url: string) =>
      observeLongPoll(url, { environment, closeDelay: 0 }).subscribe(() => {}),
  }
}

/** Opens streams that get a response at once. */
async function openAll(
  environment: TestEnvironment,
  open: (environment: TestEnvironment, url: string) => () => void,
  urls: readonly string[],
) {
  const stops: (() => void)[] = []
  for (const url of urls) {
    stops.push(open(environment, url))
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/event-stream' } })
    await environment.advance(0)
  }
  return stops
}

const six = [1, 2, 3, 4, 5, 6].map((number) => `/news/${number}`)

describe('[connection-limit] a seventh stream to one server that gets no response', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  beforeEach(() => warn.mockClear())

  test('is named in development after 10 s, once, with the limit and what lifts it', async () => {
    const { environment, openStream } = await load()
    const stops = await openAll(environment, openStream, six)
    stops.push(openStream(environment, '/news/7?token=secret'), openStream(environment, '/news/8'))
    await environment.advance(9999)
    expect(warn).not.toHaveBeenCalled()
    await environment.advance(10_001)
    expect(warn.mock.calls.map(String)).toEqual([
      expect.stringMatching(/6 streams or polls to https:\/\/test\.example are open.*HTTP\/1\.1.*HTTP\/2/),
    ])
    expect(String(warn.mock.calls)).not.toContain('secret')
    for (const stop of stops) stop()
    expect(leftovers(environment)).toEqual(NOTHING)
  })

  test('counts polls among the six', async () => {
    const { environment, openStream, openPoll } = await load()
    for (const url of six) openPoll(environment, url)
    await environment.advance(0)
    openStream(environment, '/news/7')
    await environment.advance(10_000)
    expect(warn).toHaveBeenCalledOnce()
  })

  test.each([
    ['with five others', six.slice(1), '/news/7'],
    ['to another server', six, 'https://other.example/news'],
  ])('is not named %s', async (_, others, url) => {
    const { environment, openStream } = await load()
    await openAll(environment, openStream, others)
    openStream(environment, url)
    await environment.advance(20_000)
    expect(warn).not.toHaveBeenCalled()
  })

  test('is not named if another one has ended, or if it gets its response in time', async () => {
    for (const endsFirst of [true, false]) {
      const { environment, openStream } = await load()
      const [stop] = await openAll(environment, openStream, six)
      openStream(environment, '/news/7')
      await environment.advance(9000)
      if (endsFirst) stop?.()
      else environment.request.respond({ headers: { 'content-type': 'text/event-stream' } })
      await environment.advance(20_000)
      expect(warn).not.toHaveBeenCalled()
    }
  })

  test('is not named for polls that are only held', async () => {
    const { environment, openPoll } = await load()
    for (const url of [...six, '/news/7', '/news/8']) openPoll(environment, url)
    await environment.advance(50_000)
    expect(warn).not.toHaveBeenCalled()
  })
})
