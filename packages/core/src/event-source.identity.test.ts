import { expect, test, vi } from 'vitest'
import { answer, block, mountStream } from '../test/stream-stage.ts'
import { createTestEnvironment } from './testing.ts'

/** One hook on a stream that is up, with these options. */
async function opened(options: Parameters<typeof mountStream>[1]) {
  const environment = createTestEnvironment()
  const { observer } = mountStream(environment, options)
  await environment.advance(0)
  await answer(environment)
  environment.request.write(block('for ada'))
  await environment.advance(16)
  return { environment, observer }
}

test('49: headers that are changed in place, in an object that stays the same, are another destination', async () => {
  const headers: Record<string, string> = { authorization: 'Bearer ada' }
  const { environment, observer } = await opened({ headers })
  expect(observer.getSnapshot().data).toBe('for ada')
  headers['authorization'] = 'Bearer bob'
  observer.setOptions('/news', { environment, headers })
  expect(observer.getSnapshot().data).toBeUndefined()
  await environment.advance(0)
  expect(environment.requests.map((request) => request.headers.get('authorization'))).toEqual([
    'Bearer ada',
    'Bearer bob',
  ])
})

test('11: nobody is warned of a connection that goes on: functions, and headers of a request that is not repeated', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  for (const options of [
    (count: number) => ({ headers: () => ({ authorization: String(count) }) }),
    (count: number) => ({ method: 'POST', headers: { authorization: String(count) } }),
  ]) {
    const { environment, observer } = await opened(options(0))
    for (let count = 1; count < 20; count++) observer.setOptions('/news', { environment, ...options(count) })
    await environment.advance(0)
    expect(environment.requests).toHaveLength(1)
  }
  expect(warn).not.toHaveBeenCalled()
})
