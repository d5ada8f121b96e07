import { expect, test } from 'vitest'
import { observeFetch } from '@tautline/core/fetch'
import { observeWebSocket } from '@tautline/core/web-socket'
import { createTestEnvironment } from '@tautline/core/testing'
import { createResult } from '../../src/result.ts'

const KIND = { tracked: ['attempt', 'latency'], commands: ['open', 'close', 'send', 'fetchNext'] }

function renderTwice() {
  const observer = observeWebSocket(null)
  return [1, 2].map(() => createResult(KIND, observer, observer.getSnapshot()))
}

const getters = (result: object | undefined) =>
  Object.entries(Object.getOwnPropertyDescriptors(result ?? {})).flatMap(([name, { get }]) =>
    get ? [[name, get]] : [],
  )

test('all results of all hooks share the getters of tracked fields and commands', () => {
  const [one, other] = [renderTwice(), renderTwice()].flat()
  expect(getters(one).map(([name]) => name)).toEqual(['attempt', 'latency', 'open', 'close', 'send'])
  expect(getters(other)).toEqual(getters(one))
  for (const [index, [, get]] of getters(other).entries()) expect(get).toBe(getters(one)[index]?.[1])
})

test('a command is created when it is taken, and is then the same function for the observer', () => {
  const observer = observeWebSocket(null)
  const { open } = observer
  expect(observer.open).toBe(open)
  expect(observeWebSocket(null).open).not.toBe(open)
  // An observer has no own function before one of them is taken.
  const own = (object: object) => Object.values(object).filter((value) => typeof value === 'function')
  expect(own(observeWebSocket(null))).toEqual([])
  expect(own(observeFetch(null))).toEqual([])
})

test('observers without data share a snapshot', () => {
  const environment = createTestEnvironment()
  const [one, other] = [1, 2].map(() => observeWebSocket('/chat', { environment }))
  expect(other?.getSnapshot()).toBe(one?.getSnapshot())
  const [request, same] = [1, 2].map(() => observeFetch('/user', { environment }))
  expect(same?.getSnapshot()).toBe(request?.getSnapshot())
})
