// @vitest-environment node
import { AsyncLocalStorage } from 'node:async_hooks'
import { Suspense, createSSRApp, defineComponent, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createTestEnvironment } from '@tautline/core/testing'
import { expect, test } from 'vitest'
import { tautline, useFetch } from '@tautline/vue'
import { failOnConsoleOutput } from '../../../../test/binding-contract/support/run.ts'

failOnConsoleOutput()

test('[server-rendering] without a DOM no request is sent, and the initial state is rendered, with initialData', async () => {
  expect(typeof document).toBe('undefined')
  const environment = createTestEnvironment({ baseUrl: undefined, isServer: true })
  const User = (url: string | null, initialData?: string) =>
    defineComponent(() => {
      const { status, data, isFetching } = useFetch<string>(url, { initialData })
      return () => h('p', [status.value, data.value, isFetching.value].join())
    })
  const App = { render: () => [h(User('/user')), h(User(null)), h(User('/given', 'Ada'))] }
  const html = await renderToString(createSSRApp(App).use(tautline, { environment }))
  expect(html).toContain('<p>pending,,true</p><p>idle,,false</p><p>success,Ada,true</p>')
  await environment.advance(60_000)
  expect(environment.requests).toEqual([])
  expect(environment.timers).toBe(0)
  expect(environment.listeners).toBe(0)
})

test('[server-rendering] `await execute()` in an async setup renders the data of this user, and of no other', async () => {
  const environment = createTestEnvironment({ isServer: true })
  const Me = defineComponent({
    async setup() {
      const { data, status, execute } = useFetch<string>('/me')
      await execute()
      return () => h('p', `${status.value} ${data.value}`)
    },
  })
  const App = { render: () => h(Suspense, null, { default: () => h(Me) }) }
  for (const name of ['Ada', 'Eve']) {
    const html = renderToString(createSSRApp(App).use(tautline, { environment }))
    await environment.advance(0)
    environment.request.respond({ headers: { 'content-type': 'text/plain', 'cache-control': 'max-age=60' } })
    environment.request.write(name)
    environment.request.end()
    await environment.advance(0)
    expect(await html).toContain(`<p>success ${name}</p>`)
  }
  expect(environment.requests).toHaveLength(2)
  expect(environment.timers).toBe(0)
})

test('[server-isolation] two users whose requests are rejected with 401 share neither the renewal nor the response', async () => {
  const users = new AsyncLocalStorage<string>()
  const headers = () => ({ 'x-auth-token': `${users.getStore()}` })
  const environment = createTestEnvironment({ isServer: true })
  const Me = defineComponent({
    async setup() {
      const { data, execute } = useFetch<string>('/me', { headers })
      await execute()
      return () => h('p', data.value)
    },
  })
  const App = { render: () => h(Suspense, null, { default: () => h(Me) }) }
  const pages = ['ada', 'eve'].map((user) =>
    users.run(user, () => renderToString(createSSRApp(App).use(tautline, { environment }))),
  )
  await environment.advance(0)
  for (const status of [401, 200]) {
    for (const request of environment.requests.slice(-2)) {
      request.respond({ status, headers: { 'content-type': 'text/plain' } })
      request.write(`${request.headers.get('x-auth-token')}`)
      request.end()
    }
    await environment.advance(0)
  }
  expect(await Promise.all(pages)).toEqual([
    expect.stringContaining('<p>ada</p>'),
    expect.stringContaining('<p>eve</p>'),
  ])
})
