'use strict'
const { createApp, h, nextTick } = require('vue')
const { createTestEnvironment } = require('@tautline/core/testing')
const { useEventSource, useFetch, useLongPoll, useWebSocket } = require('@tautline/vue')

const json = { headers: { 'content-type': 'application/json' } }
const apps = []

afterEach(() => {
  for (const app of apps.splice(0)) app.unmount()
})

/** Mounts a component with a hook; returns the result of the hook. */
function mount(useHook) {
  let result
  const app = createApp({
    setup() {
      result = useHook()
      return () => h('p', JSON.stringify(result.data.value))
    },
  })
  apps.push(app)
  const element = document.createElement('div')
  app.mount(element)
  return { ...result, element }
}

async function advance(environment, ms) {
  await environment.advance(ms)
  await nextTick()
}

test('useWebSocket queues, sends, receives and closes', async () => {
  const environment = createTestEnvironment()
  const { send, close, element } = mount(() => useWebSocket('/chat', { environment }))
  expect(send('früh')).toBe('queued')
  await advance(environment, 0)
  environment.socket.accept()
  environment.socket.receive('hé')
  await advance(environment, 20)
  expect(element.textContent).toBe('"hé"')
  expect(environment.socket.sent).toEqual(['früh'])
  close(4000, 'zu spät')
  expect(environment.socket.closedWith).toEqual({ code: 4000, reason: 'zu spät' })
})

test('useEventSource receives events', async () => {
  const environment = createTestEnvironment()
  const { element } = mount(() => useEventSource('/news', { environment }))
  await advance(environment, 0)
  environment.request.respond()
  environment.request.write('data: é\n\n')
  await advance(environment, 20)
  expect(element.textContent).toBe('"é"')
})

test.each([
  ['useLongPoll', useLongPoll],
  ['useFetch', useFetch],
])('%s gets JSON', async (_, useHook) => {
  const environment = createTestEnvironment()
  const { element } = mount(() => useHook('/api', { environment }))
  await advance(environment, 0)
  environment.request.respond(json)
  environment.request.write('["é"]')
  environment.request.end()
  await advance(environment, 20)
  expect(element.textContent).toBe('["é"]')
})

test.each([
  ['useEventSource', useEventSource],
  ['useLongPoll', useLongPoll],
  ['useFetch', useFetch],
])('%s without an environment renders, and then says that `fetch` is missing', async (_, useHook) => {
  const environment = { reportError: jest.fn() }
  const { error } = mount(() => useHook('/api', { retry: false, environment }))
  for (let turn = 0; turn < 100 && !error.value; turn++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  expect(error.value).toMatchObject({ code: 'unsupported', feature: 'fetch' })
})
