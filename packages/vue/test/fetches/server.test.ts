// @vitest-environment node
import { expect, test } from 'vitest'
import { createSSRApp, defineComponent, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createTestEnvironment } from '@tautline/core/testing'
import { tautline, useFetches } from '@tautline/vue'

test('[fetches] without a DOM no request is sent, and the initial states are rendered', async () => {
  const environment = createTestEnvironment({ baseUrl: undefined, isServer: true })
  const List = defineComponent(() => {
    const results = useFetches(() => [{ url: '/a' }, { url: '/b', initialData: 'given' }, { url: null }])
    return () =>
      h('p', results.value.map(({ status, data, isFetching }) => [status, data, isFetching].join()).join(';'))
  })
  const html = await renderToString(createSSRApp(List).use(tautline, { environment }))
  expect(html).toBe('<p>pending,,true;success,given,true;idle,,false</p>')
  await environment.advance(60_000)
  expect([environment.requests, environment.timers]).toEqual([[], 0])
})
