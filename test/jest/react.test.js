'use strict'
const { act, cleanup, render, screen } = require('@testing-library/react')
const { createElement } = require('react')
const { createWebSocket } = require('@tautline/core')
const { createTestEnvironment } = require('@tautline/core/testing')
const { useEventSource, useFetch, useLongPoll, useWebSocket } = require('@tautline/react')

afterEach(cleanup)

const json = { headers: { 'content-type': 'application/json' } }
const show = ({ status, data, error }) => [status, JSON.stringify(data) ?? '-', error?.code ?? '-'].join(' ')

/** Renders a hook, and returns its last result. */
function renderHook(useHook) {
  const shown = {}
  const Component = () => {
    Object.assign(shown, useHook())
    return createElement('p', null, show(shown))
  }
  render(createElement(Component))
  return shown
}

const advance = (environment, ms) => act(() => environment.advance(ms))

test('jsdom has none of these globals', () => {
  const names = ['ReadableStream', 'TextEncoder', 'TextDecoder', 'fetch', 'MessageChannel']
  expect(names.filter((name) => name in globalThis)).toEqual([])
})

test('Jest has the development build', () => {
  expect(() => createWebSocket('wss://server.test/').close(1)).toThrow('Use 1000 or 3000 to 4999.')
})

test('useWebSocket queues, sends, receives and closes', async () => {
  const environment = createTestEnvironment()
  const shown = renderHook(() => useWebSocket('/chat', { environment }))
  expect(shown.send('früh')).toBe('queued')
  await advance(environment, 0)
  await act(async () => environment.socket.accept())
  await act(async () => environment.socket.receive('hé'))
  await advance(environment, 20)
  screen.getByText('open "hé" -')
  expect(environment.socket.sent).toEqual(['früh'])
  act(() => void shown.close(4000, 'zu spät'))
  expect(environment.socket.closedWith).toEqual({ code: 4000, reason: 'zu spät' })
})

test('useEventSource receives events', async () => {
  const environment = createTestEnvironment()
  renderHook(() => useEventSource('/news', { environment }))
  await advance(environment, 0)
  environment.request.respond()
  environment.request.write('data: né')
  environment.request.write('w\n\n')
  await advance(environment, 20)
  screen.getByText('open "néw" -')
})

test('useLongPoll receives messages', async () => {
  const environment = createTestEnvironment()
  renderHook(() => useLongPoll('/poll', { environment }))
  await advance(environment, 0)
  environment.request.respond(json)
  environment.request.write('{"text":"é"}')
  environment.request.end()
  await advance(environment, 20)
  screen.getByText('open {"text":"é"} -')
})

test('useFetch gets data, and an error with its body', async () => {
  const environment = createTestEnvironment()
  const shown = renderHook(() => useFetch('/users', { environment, retry: false }))
  await advance(environment, 0)
  environment.request.respond(json)
  environment.request.write('["é"]')
  environment.request.end()
  await advance(environment, 20)
  screen.getByText('success ["é"] -')
  let promise
  act(() => void (promise = shown.refetch()))
  await advance(environment, 0)
  environment.request.respond({ status: 422, ...json })
  environment.request.write('{"why":"ü"}')
  environment.request.end()
  await expect(promise).rejects.toMatchObject({ code: 'http', status: 422, body: { why: 'ü' } })
  await advance(environment, 20)
})

test('useFetch sends an upload and mutates', async () => {
  const environment = createTestEnvironment()
  const shown = renderHook(() => useFetch('/users', { environment, method: 'POST', enabled: false }))
  let promise
  act(() => void (promise = shown.execute({ json: { name: 'Zoë' } })))
  await advance(environment, 0)
  expect(environment.request.body).toBe('{"name":"Zoë"}')
  environment.request.respond({ status: 201, ...json })
  environment.request.write('{"id":1}')
  environment.request.end()
  await expect(promise).resolves.toEqual({ id: 1 })
  await advance(environment, 20)
})

test.each([useEventSource, useLongPoll, useFetch])(
  '%p without an environment renders, and then says that `fetch` is missing',
  async (useHook) => {
    const environment = { reportError: jest.fn() }
    renderHook(() => useHook('/api', { retry: false, environment }))
    const text = await screen.findByText(/unsupported/)
    expect(text.textContent).toMatch(/^(closed|error) - unsupported$/)
  },
)

test('useWebSocket without an environment uses the WebSocket of jsdom', async () => {
  const environment = { reportError: jest.fn() }
  const shown = renderHook(() => useWebSocket('ws://127.0.0.1:9/', { retry: false, environment }))
  expect(shown.send('früh')).toBe('queued')
  await screen.findByText(/connect-failed/)
  expect(environment.reportError.mock.calls).toMatchObject([[{ code: 'dropped' }]])
})
