import { effectScope, isRef, reactive } from 'vue'
import { expect, test } from 'vitest'
import { useFetch, useWebSocket } from '@tautline/vue'
import { createTestEnvironment } from '@tautline/core/testing'

function inScope<Result>(use: () => Result): Result {
  return effectScope().run(use) as Result
}

const getters = (result: object) =>
  Object.values(Object.getOwnPropertyDescriptors(result)).map(({ get }) => get)

test('all results share the getters of their refs and commands', () => {
  const environment = createTestEnvironment()
  const [one, other] = [1, 2].map(() => inScope(() => useWebSocket(null, { environment })))
  expect(getters(one ?? {}).length).toBeGreaterThan(10)
  expect(getters(other ?? {})).toEqual(getters(one ?? {}))
  for (const [index, get] of getters(other ?? {}).entries()) expect(get).toBe(getters(one ?? {})[index])
})

test('a command and a ref are the same each time, also if the result is inside a reactive object', () => {
  const environment = createTestEnvironment()
  const socket = inScope(() => useWebSocket(null, { environment }))
  const request = inScope(() => useFetch(null, { environment }))
  const store = reactive({ socket, request })
  expect(isRef(socket.status)).toBe(true)
  expect(store.socket.status).toBe('idle')
  expect(store.request.status).toBe('idle')
  expect(store.socket.send).toBe(socket.send)
  expect(store.request.execute).toBe(request.execute)
  expect({ ...socket }.open).toBe(socket.open)
})
