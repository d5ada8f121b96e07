import { render } from '@testing-library/vue'
import { KeepAlive, defineComponent, effectScope, h, onUpdated, reactive, ref } from 'vue'
import { collect } from '@tautline/core'
import { expect, onTestFinished, test } from 'vitest'
import { tautline, useEventSource } from '@tautline/vue'
import { streamPages } from '../../../../test/binding-contract/support/pages.ts'
import { failOnConsoleOutput, expectWarning } from '../../../../test/binding-contract/support/run.ts'
import { streamDriver } from '../support/driver.ts'

const { server, open } = streamPages(streamDriver)
failOnConsoleOutput()

const tokens = () => server.calls.map(({ token }) => token)
const headersOf = (token: string) => ({ authorization: `Bearer ${token}` })

/** Runs a function in a scope that stops at the end of the test. */
function scoped<Made>(make: () => Made): Made {
  const scope = effectScope()
  onTestFinished(() => scope.stop())
  const made = scope.run(make)
  if (made === undefined) throw new Error('The scope is not active')
  return made
}

/** Mounts a component in `KeepAlive`; `shown` activates and deactivates it. */
function mountInKeepAlive(page: ReturnType<typeof open>, token: { readonly value: string }) {
  const shown = ref(true)
  const renders: string[] = []
  const received: unknown[] = []
  const Feed = defineComponent(() => {
    const { status, data } = useEventSource('/hidden', () => ({
      environment: page.environment,
      headers: headersOf(token.value),
      reduce: collect(),
      closeDelay: 500,
      onMessage: (text: string) => received.push(text),
    }))
    return () => {
      renders.push(`${status.value} ${data.value.join()}`)
      return renders.at(-1)
    }
  })
  const { container } = render(() => h(KeepAlive, () => (shown.value ? h(Feed) : undefined)))
  return { shown, renders, received, container }
}

test('[identity] a component that <KeepAlive> reactivates for another user gets its own connection and no old data', async () => {
  const page = open()
  const token = ref('user-ada')
  const { shown, renders, received, container } = mountInKeepAlive(page, token)
  await page.until(() => expect(container.textContent).toBe('open '))
  server.call.send('for ada')
  await page.until(() => expect(container.textContent).toBe('open for ada'))
  shown.value = false
  await page.settle()
  const { length } = renders
  token.value = 'user-bob'
  await page.advance(100)
  server.calls[0]?.send('late for ada')
  shown.value = true
  await page.until(() => expect(tokens()).toEqual(['user-ada', 'user-bob']))
  await page.until(() => expect(container.textContent).toBe('open '))
  server.call.send('for bob')
  await page.until(() => expect(container.textContent).toBe('open for bob'))
  expect(renders.slice(length).join()).not.toContain('ada')
  expect(received).toEqual(['for ada', 'for bob'])
  await page.advance(500)
  await page.until(() => expect(server.calls[0]?.aborted).toBe(true))
  expectWarning(/value of the Authorization header changed/)
})

test('[sharing] a component reactivated within closeDelay with equal headers keeps its connection', async () => {
  const page = open()
  const { shown, container } = mountInKeepAlive(page, ref('user-ada'))
  await page.until(() => expect(container.textContent).toBe('open '))
  for (let times = 0; times < 10; times++) {
    shown.value = !shown.value
    await page.advance(100)
  }
  await page.until(() => expect(container.textContent).toBe('open '))
  expect(server.calls).toHaveLength(1)
})

test('[close] a scope whose inline options change a hundred times keeps one connection', async () => {
  const page = open()
  const count = ref(0)
  const { status } = scoped(() =>
    useEventSource('/scope', () => ({
      environment: page.environment,
      method: 'PUT',
      headers: () => ({ ...headersOf('user-ada'), 'x-request-id': String(count.value) }),
      body: () => ({ random: Math.random() }),
      retry: { limit: 9 + (count.value % 2), delay: () => 100 },
      pause: { hidden: false },
      until: () => false,
      onMessage: () => {},
    })),
  )
  await page.until(() => expect(status.value).toBe('open'))
  for (; count.value < 100; count.value++);
  await page.advance(60_000)
  expect([status.value, server.calls.length]).toEqual(['open', 1])
})

test('[close] inline options that change on every update do not connect in a loop', async () => {
  const page = open()
  const updates = ref(0)
  const Feed = defineComponent(() => {
    const { status } = useEventSource('/loop', () => ({
      environment: page.environment,
      headers: { ...headersOf('user-ada'), traceparent: `00-${updates.value}` },
      onOpen: () => {},
    }))
    onUpdated(() => void (updates.value < 50 && updates.value++))
    return () => `${status.value} ${updates.value}`
  })
  const { container } = render(Feed)
  await page.until(() => expect(container.textContent).toBe('open 50'))
  await page.advance(60_000)
  expect(server.calls).toHaveLength(1)
})

type Reactive = { headers: { authorization: string } }
const bobs = headersOf('user-bob')

test.each([
  [
    'a header in a reactive object',
    (options: Reactive) => options,
    (options: Reactive) => Object.assign(options.headers, bobs),
  ],
  [
    'the headers in a reactive object',
    (options: Reactive) => options,
    (options: Reactive) => void (options.headers = bobs),
  ],
  [
    'reactive headers in a getter',
    (options: Reactive) => () => ({ ...options }),
    (options: Reactive) => Object.assign(options.headers, bobs),
  ],
  [
    'reactive headers in a plain object',
    (options: Reactive) => ({ ...options }),
    (options: Reactive) => Object.assign(options.headers, bobs),
  ],
])(
  '[identity] a change of %s leaves the connection of the old user before the next render',
  async (_, given, change) => {
    const page = open()
    const options = reactive({ environment: page.environment, headers: headersOf('user-ada') })
    const { status, data } = scoped(() => useEventSource('/reactive', given(options)))
    await page.until(() => expect(status.value).toBe('open'))
    server.call.send('for ada')
    await page.until(() => expect(data.value).toBe('for ada'))
    change(options)
    expect(data.value).toBeUndefined()
    server.call.send('late for ada')
    await page.until(() => expect(tokens()).toEqual(['user-ada', 'user-bob']))
    await page.until(() => expect(status.value).toBe('open'))
    expect(data.value).toBeUndefined()
    expectWarning(/value of the Authorization header changed/)
  },
)

test('[sharing] [identity] the key of an app separates users, also when it changes, and different functions do not share', async () => {
  const page = open()
  const defaults = reactive({ key: 'ada' })
  const Feed = defineComponent({
    props: { url: { type: String, required: true }, own: String },
    setup({ url, own }) {
      const { data } = useEventSource(async () => url, { environment: page.environment, key: own })
      return () => data.value
    },
  })
  const feeds = [
    { url: '/orders' },
    { url: '/news' },
    { url: '/chat', own: 'chat' },
    { url: '/chat', own: 'chat' },
  ]
  render(() => feeds.map((feed) => h(Feed, feed)), { global: { plugins: [[tautline, defaults]] } })
  await page.until(() => expect(server.calls).toHaveLength(3))
  const paths = () => server.calls.map(({ path }) => path).toSorted((one, other) => one.localeCompare(other))
  expect(paths()).toEqual(['/chat', '/news', '/orders'])
  defaults.key = 'bob'
  await page.until(() => expect(server.calls).toHaveLength(6))
  expect(paths()).toEqual(['/chat', '/chat', '/news', '/news', '/orders', '/orders'])
  expectWarning(/do not share a connection/)
})
