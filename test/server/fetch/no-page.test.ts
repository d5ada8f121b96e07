import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createElement } from 'react'
import { renderToString as renderReact } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createSSRApp, effectScope, h, onServerPrefetch } from 'vue'
import { renderToString as renderVue } from 'vue/server-renderer'
import { createFetch, createFetchCache } from '@tautline/core'
import type { User } from '@tautline/demo-server'
import { useFetch as useInReact } from '@tautline/react'
import { useFetch as useInVue } from '@tautline/vue'
import { countsOf, eager, newUser } from '../support/fetch/requests.ts'
import { useDemoServer } from '../support/server.ts'
import { until } from '../support/event-source/stream.ts'
import { createEnvironmentHarness } from '../support/environment-harness.ts'

const server = useDemoServer()
const harness = createEnvironmentHarness(() => server.now)
const run = promisify(execFile)

test('[server-rendering] rendering on a server sends no request, in React and in Vue', async () => {
  const { target } = await newUser(harness)
  const Probe = () => createElement('p', null, useInReact(server.now.url + target).status)
  expect(renderReact(createElement(Probe))).toBe('<p>pending</p>')
  const app = createSSRApp({
    setup() {
      const { status } = useInVue(server.now.url + target)
      return () => h('p', status.value)
    },
  })
  expect(await renderVue(app)).toBe('<p>pending</p>')
  // Waits for the response to another request: earlier requests would have reached the server by then.
  await newUser(harness)
  expect(await countsOf(harness, target)).toMatchObject({ requests: 0 })
})

test('[server-rendering] rendering a Vue component on a server waits for its requests, and renders their data', async () => {
  const { target, user } = await newUser(harness)
  const app = createSSRApp({
    setup() {
      const { data, execute } = useInVue<User>(server.now.url + target)
      onServerPrefetch(() => execute())
      return () => h('p', data.value?.name)
    },
  })
  expect(await renderVue(app)).toBe(`<p>${user.name}</p>`)
  expect(await countsOf(harness, target)).toMatchObject({ requests: 1 })
})

test('[cache-users] on a server no response is cached for the next request, unless a cache is given', async () => {
  const { target } = await newUser(harness, '&cache=max-age%3D600')
  const url = server.now.url + target
  const cache = createFetchCache()
  const fetchOnce = async (options: object) => {
    const client = createFetch<User>(url, options)
    await new Promise<void>((resolve) => {
      const leave = client.subscribe(() => {
        if (client.getSnapshot().status !== 'success') return
        leave()
        resolve()
      })
      if (client.getSnapshot().status === 'success') resolve()
    })
  }
  await fetchOnce({})
  await fetchOnce({})
  expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })
  await fetchOnce({ cache })
  await fetchOnce({ cache })
  expect(await countsOf(harness, target)).toMatchObject({ requests: 3 })
})

test('[unmount] [request-dedupe] Vue hooks in a bare effect scope send one request for all, retry, and end with the scope', async () => {
  const { target, user } = await newUser(harness)
  const cache = createFetchCache()
  server.now.faults.add({ fault: 'lose', match: target })
  const scope = effectScope()
  const hooks = scope.run(() =>
    [1, 2, 3].map(() => {
      const { data, status, refetch } = useInVue<User>(server.now.url + target, { ...eager, cache })
      return { data, status, refetch }
    }),
  )
  if (!hooks) throw new Error('A new scope is active')
  await until(() => expect(hooks.map(({ data }) => data.value)).toEqual([user, user, user]))
  expect(await countsOf(harness, target)).toMatchObject({ requests: 2 })

  server.now.faults.add({ fault: 'stall', match: target })
  const refresh = hooks[0]?.refetch()
  await until(async () => expect((await countsOf(harness, target)).inFlight).toBe(1))
  scope.stop()
  await expect(refresh).rejects.toMatchObject({ code: 'aborted' })
  await until(async () => expect(await countsOf(harness, target)).toMatchObject({ inFlight: 0, aborted: 1 }))
})

test.each([
  ['execute', 'received 1'],
  // Two requests: without a shared cache each one is unconditional.
  ['subscribe', 'received 1, 2 time'],
  ['abort', 'The request was aborted'],
  ['fail', 'The server responded with 503'],
  ['forget', 'an error event'],
])('[unmount] a process that has sent a request (%s) ends by itself', async (how, output) => {
  const script = fileURLToPath(new URL('../children/fetch/once.ts', import.meta.url))
  const url = `${server.now.url}/users/1?test=${harness.unique()}`
  // If anything kept the process alive, it would never end. If it fails, the promise rejects.
  const { stdout, stderr } = await run(process.execPath, [script, url, how])
  expect(stdout).toBe(`${output}\nnothing left to do\n`)
  expect(stderr).toBe('')
})
