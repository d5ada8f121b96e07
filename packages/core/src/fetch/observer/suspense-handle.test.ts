import { expect, onTestFinished, test, vi } from 'vitest'
import { createTestEnvironment } from '../../testing/index.ts'
import { respond } from '../../../test/fetch/harness.ts'
import { type FetchOptions, createFetchCache, observeFetchForSuspense } from '../index.ts'

/** Renders a component that suspends: its state is lost until a render returns data. @returns the data, or undefined */
async function renderUntilResponse(
  environment: ReturnType<typeof createTestEnvironment>,
  options: FetchOptions,
) {
  const all = { environment, ...options }
  const observer = observeFetchForSuspense('/user', all)
  try {
    return observer.read('/user', all, observer.getSnapshot()).data
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Promise)
    await environment.advance(0)
    await respond(environment, 'Ada')
    await thrown
    return undefined
  }
}

test('[suspense] warns in development if each render makes another request', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  const environment = createTestEnvironment()
  for (const id of Array(20).keys()) {
    expect(await renderUntilResponse(environment, { query: { id } })).toBeUndefined()
    expect(await renderUntilResponse(environment, { query: { id } })).toBe('Ada')
  }
  expect(warn).not.toHaveBeenCalled()
  for (const [index] of Array(30).entries())
    await renderUntilResponse(environment, index % 2 ? { query: { index } } : { cache: createFetchCache() })
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[0]).toContain('each of its renders makes another request')
})

test('[suspense] with a `key`, a response may vary by credentials that are ignored', async () => {
  const environment = createTestEnvironment()
  const headers = async () => ({ authorization: 'Bearer 1' })
  const all = { environment, key: 'ada', ignoreHeaders: ['authorization'], headers }
  const read = () => {
    const observer = observeFetchForSuspense('/user', all)
    return observer.read('/user', all, observer.getSnapshot()).data
  }
  expect(read).toThrow()
  await environment.advance(0)
  await respond(environment, 'Ada', { headers: { vary: 'Authorization' } })
  expect(read()).toBe('Ada')
})
