import { expect, test, describe } from 'vitest'
import { respond, mountFetch, createEnvironment } from '../../test/fetch/harness.ts'

describe('[sharing] sharing', () => {
  test('calls each handler once per response', async () => {
    const environment = createEnvironment()
    const all = [mountFetch(environment), mountFetch(environment), mountFetch(environment)]
    await environment.advance(0)
    await respond(environment, 'Ada')
    for (const { emitted } of all) expect(emitted).toEqual(['message "Ada"'])
  })

  test('share: false sends its own request', async () => {
    const environment = createEnvironment()
    mountFetch(environment)
    mountFetch(environment, '/user', { share: false })
    mountFetch(environment, '/user', { share: false })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(3)
  })

  test('requests with forms are not shared', async () => {
    const environment = createEnvironment()
    for (let times = 0; times < 2; times++)
      mountFetch(environment, '/user', { method: 'POST', body: new FormData() })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('requests whose body functions return forms are not shared', async () => {
    const environment = createEnvironment()
    for (let times = 0; times < 2; times++)
      mountFetch(environment, '/user', { method: 'QUERY', body: () => new FormData() })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(2)
  })

  test('a key is added to what functions return, and does not replace it', async () => {
    const environment = createEnvironment()
    for (const key of ['ada', 'ada', 'bob'])
      for (const url of ['/user', '/friends']) mountFetch(environment, () => url, { key })
    await environment.advance(0)
    const paths = environment.requests.map(({ url }) => new URL(url).pathname)
    expect(paths).toEqual(['/user', '/friends', '/user', '/friends'])
  })

  test('requests whose functions return the same are shared', async () => {
    const environment = createEnvironment()
    const all = [0, 1, 2].map(() =>
      mountFetch(environment, async () => '/user', { headers: async () => ({ a: '1' }) }),
    )
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
    await respond(environment, 'Ada')
    for (const { observer } of all)
      expect(observer.getSnapshot()).toMatchObject({ status: 'success', data: 'Ada' })
  })

  test('[late-subscribers] a late subscriber gets the data at once', async () => {
    const environment = createEnvironment()
    mountFetch(environment, '/user', { maxAge: 1000 })
    await environment.advance(0)
    await respond(environment, 'Ada')
    const { shown } = mountFetch(environment, '/user', { maxAge: 1000 })
    expect(shown).toMatchObject([{ status: 'success', data: 'Ada' }])
  })
})
