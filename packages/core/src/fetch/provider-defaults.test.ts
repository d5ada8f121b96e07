import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type AnyFetchOptions, type ProviderOptions, addProviderDefaults } from './index.ts'
import { client, createEnvironment, mountFetch, respond } from '../../test/fetch/harness.ts'

const AUTH = { authorization: 'Bearer 1' }

/** Returns the `Authorization` that is sent to a URL. */
async function sentTo(
  url: string | (() => Promise<string>),
  provider: ProviderOptions,
  { select: _, ...options }: AnyFetchOptions = {},
) {
  const environment = createEnvironment({ baseUrl: 'https://test.example/app/' })
  void client(environment, url, {
    ...options,
    providerDefaults: addProviderDefaults(undefined, provider),
  }).execute()
  await environment.advance(0)
  return environment.request.headers.get('authorization')
}

describe('[provider-headers] the headers of a provider', () => {
  for (const [kind, headers] of [
    ['values', AUTH],
    ['a function', async () => AUTH],
  ] as const) {
    test(`go to the origin of the page and to the baseUrl of the provider only: ${kind}`, async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
      onTestFinished(() => warn.mockRestore())
      const baseUrl = 'https://api.example/v1'
      for (const [url, allowed] of [
        ['/users', true],
        ['https://test.example/users', true],
        ['https://test.example:8443/users', false],
        ['https://evil.example/users', false],
        ['https://api.example/v1/users', true],
        ['https://api.example.evil.example/v1', false],
        ['http://api.example/v1', false],
      ] as const) {
        const expected = allowed ? 'Bearer 1' : null
        expect(await sentTo(url, { headers, baseUrl }), url).toBe(expected)
        expect(await sentTo(async () => url, { headers, baseUrl }), url).toBe(expected)
      }
      expect(await sentTo('https://api.example/v1/users', { headers })).toBeNull()
      // Once for each origin.
      const calls = String(warn.mock.calls)
      if (kind === 'values') expect(calls).toContain('https://evil.example')
      expect(calls).not.toContain('Bearer')
    })
  }

  test('go nowhere without a page and a baseUrl, as in React Native', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    for (const [baseUrl, expected] of [
      [undefined, null],
      ['https://api.example/v1', 'Bearer 1'],
    ] as const) {
      const environment = createEnvironment({ baseUrl: undefined })
      const providerDefaults = addProviderDefaults(undefined, { headers: AUTH, baseUrl })
      void client(environment, 'https://api.example/v1/users', { providerDefaults }).execute()
      await environment.advance(0)
      expect(environment.request.headers.get('authorization')).toBe(expected)
    }
  })

  test('do not go to another origin that execute() names', async () => {
    const environment = createEnvironment({ baseUrl: 'https://test.example/app/' })
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const one = client(environment, '/users', {
      providerDefaults: addProviderDefaults(undefined, { headers: AUTH }),
      headers: { 'x-own': '1' },
    })
    void one.execute({ url: 'https://other.example/users' })
    await environment.advance(0)
    const { headers } = environment.request
    expect([headers.get('authorization'), headers.get('x-own')]).toEqual([null, '1'])
  })

  test('are renewed once after a 401 for hooks with different headers of their own', async () => {
    const environment = createEnvironment()
    let calls = 0
    const headers = async () => ({ authorization: `Bearer ${++calls}` })
    const providerDefaults = addProviderDefaults(undefined, { headers })
    const harness = mountFetch(environment, '/me', { providerDefaults, headers: { 'x-own': '1' } })
    await environment.advance(0)
    await respond(environment, undefined, { status: 401 })
    expect(environment.request.headers.get('authorization')).toBe('Bearer 2')
    expect(environment.request.headers.get('x-own')).toBe('1')
    await respond(environment, 'you')
    expect(harness.observer.getSnapshot()).toMatchObject({ status: 'success', data: 'you' })
  })

  test('of which two hooks with URL functions share the object, are restricted by the baseUrl of each hook', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    const provider = { headers: async () => AUTH }
    const url = async () => '/users'
    const baseUrls = [undefined, 'https://evil.example', 'https://test.example/v2']
    const sent = baseUrls.map((baseUrl) => sentTo(url, provider, { baseUrl }))
    expect(await Promise.all(sent)).toEqual(['Bearer 1', null, 'Bearer 1'])
  })

  test('are renewed after a 401 for a URL that a function returns, and not sent to another origin then', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    let calls = 0
    const headers = async () => (++calls > 2 ? { authorization: `Bearer ${calls}` } : undefined)
    for (const [origin, expected] of [
      ['https://test.example', 'Bearer 3'],
      ['https://evil.example', null],
    ] as const) {
      const environment = createEnvironment({ baseUrl: 'https://test.example/app/' })
      const providerDefaults = addProviderDefaults(undefined, { headers })
      calls = 0
      // Without a token, requests of both origins are rejected with the same headers.
      for (const url of [async () => 'https://test.example/me', async () => `${origin}/other`])
        mountFetch(environment, url, { providerDefaults })
      await environment.advance(0)
      for (const request of environment.requests.slice(0, 2))
        await respond(environment, undefined, { status: 401 }, request)
      const retried = environment.requests.slice(2).find((request) => request.url === `${origin}/other`)
      expect(retried?.headers.get('authorization')).toBe(expected)
    }
  })
})

describe('[provider-headers] [identity] a header beside the headers function of a provider has another value', () => {
  const providerDefaults = addProviderDefaults(undefined, { headers: async () => AUTH })
  const of = (tenant: string) => ({ providerDefaults, headers: { 'x-tenant': tenant } })

  test('keepPreviousData shows no data of the value before, also with a `key`', async () => {
    const environment = createEnvironment()
    const shared = { key: 'ada', keepPreviousData: true }
    const { observer, setOptions } = mountFetch(environment, '/1', { ...of('a'), ...shared })
    await environment.advance(0)
    await respond(environment, 'of a')
    setOptions('/2', { ...of('a'), ...shared })
    expect(observer.getSnapshot().data).toBe('of a')
    setOptions('/2', { ...of('b'), ...shared })
    expect(observer.getSnapshot().data).toBeUndefined()
  })

  test('initial data of the value before are not shown', async () => {
    const environment = createEnvironment()
    const initialData = 'of a'
    const { observer, setOptions } = mountFetch(environment, '/1', { ...of('a'), initialData })
    setOptions('/2', { ...of('a'), initialData })
    expect(observer.getSnapshot().data).toBe('of a')
    setOptions('/2', { ...of('b'), initialData })
    expect(observer.getSnapshot().data).toBeUndefined()
    await environment.advance(0)
    expect(observer.getSnapshot().data).toBeUndefined()
  })
})
