'use strict'
const { EventSource } = require('@tautline/core/event-source-class')
const { createTestEnvironment } = require('@tautline/core/testing')

test('the class EventSource dispatches events', async () => {
  const environment = createTestEnvironment()
  const source = new EventSource('/news', { environment })
  const received = []
  source.onmessage = ({ data }) => received.push(data)
  await environment.advance(0)
  environment.request.respond()
  environment.request.write('data: é\n\n')
  await environment.advance(0)
  expect(received).toEqual(['é'])
  source.close()
})

test('without `fetch` it fails, and reports why', async () => {
  const reportError = jest.fn()
  const source = new EventSource('/news', { environment: { reportError } })
  await new Promise((resolve) => source.addEventListener('error', resolve))
  expect(source.readyState).toBe(2)
  expect(reportError.mock.calls).toMatchObject([[{ code: 'unsupported', feature: 'fetch' }]])
})
